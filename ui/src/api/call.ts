import { BOOTSTRAP } from "@/api/bootstrap";
import { RequestFailed } from "@/api/errors";
import { ENDPOINTS, type Endpoints } from "@/api/schema.gen";

export type EndpointName = keyof Endpoints;
export type RequestOf<Name extends EndpointName> = Endpoints[Name]["request"];
export type ResponseOf<Name extends EndpointName> = Endpoints[Name]["response"];

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Return the address of a path of the server, with the prefix under which it is served. */
export function addressOf(path: string): string {
  return BOOTSTRAP.prefix + path;
}

/**
 * Ask the server; types of request and answer follow from the endpoint's name.
 *
 * @throws RequestFailed when the server refuses or does not answer.
 */
export async function call<Name extends EndpointName>(
  name: Name,
  request: RequestOf<Name>,
  options: CallOptions = {},
): Promise<ResponseOf<Name>> {
  const { method, path, answer } = ENDPOINTS[name];
  // Behind a proxy only these addresses have its prefix.
  const own = path.replace(/^\/api\/2\.0\//, "/ajax-api/2.0/");
  const fields: Record<string, unknown> = { ...request };
  const filled = own.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(fields[field]);
    delete fields[field];
    return value.split("/").map(encodeURIComponent).join("/");
  });
  const init: RequestInit = { method, signal: options.signal ?? null };
  let address = addressOf(filled);
  if (method === "GET") {
    const query = queryOf(fields);
    if (query) address += `?${query}`;
  } else {
    init.body = JSON.stringify(fields);
    // Ours are exact: NaN and infinities come as words.
    init.headers = { "content-type": "application/json" };
  }
  const response = await send(address, init);
  return read<Name>(response, answer);
}

async function send(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new RequestFailed(0, "OFFLINE", "The server cannot be reached.");
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

function read<Name extends EndpointName>(response: Response, kind: "json" | "text" | "bytes"): Promise<ResponseOf<Name>> {
  if (kind === "json") return response.json();
  const content: Promise<unknown> = kind === "text" ? response.text() : response.arrayBuffer();
  return content.then(trusted<Name>);
}

/** The one place where the generated types are believed: what the server sends is what its document says. */
function trusted<Name extends EndpointName>(value: unknown): ResponseOf<Name>;
function trusted(value: unknown): unknown {
  return value;
}

function queryOf(fields: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.toString();
}

async function failureOf(response: Response): Promise<RequestFailed> {
  const text = await response.text();
  try {
    const { error_code, message }: { error_code?: string; message?: string } = JSON.parse(text);
    return new RequestFailed(response.status, error_code ?? "", message ?? text);
  } catch {
    return new RequestFailed(response.status, "", text || `The server answered ${response.status}.`);
  }
}
