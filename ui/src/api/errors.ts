/** A request that did not succeed, in words for the page. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";

  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Such as `INVALID_PARAMETER_VALUE`; `OFFLINE` when no answer came. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

/** Return what to say about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
