const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Return milliseconds as `41 s`, `3m 05s`, `1h 04m`, `2d 03h`. */
export function formatDuration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${Number((ms / SECOND).toFixed(1))} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ${two((ms % MINUTE) / SECOND)}s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h ${two((ms % HOUR) / MINUTE)}m`;
  return `${Math.floor(ms / DAY)}d ${two((ms % DAY) / HOUR)}h`;
}

/** Return bytes in powers of 1024: `162 KiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BINARY.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toPrecision(value >= 1000 ? 4 : 3))} ${BINARY[unit]}`;
}

/** Return how long ago something was: `now`, `2m`, `3h`, `9d`, and the date when longer ago. */
export function formatAgo(timeMs: number, nowMs: number): string {
  const ago = nowMs - timeMs;
  if (ago < 5 * SECOND) return "now";
  if (ago < MINUTE) return `${Math.floor(ago / SECOND)}s`;
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)}m`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)}h`;
  if (ago < 60 * DAY) return `${Math.floor(ago / DAY)}d`;
  return new Date(timeMs).toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** Return how long ago something was within a sentence: `2m ago`, `just now`, `on 3 May 2024`. */
export function formatSince(timeMs: number, nowMs: number): string {
  const ago = formatAgo(timeMs, nowMs);
  if (ago === "now") return "just now";
  return /^\d+[smhd]$/.test(ago) ? `${ago} ago` : `on ${ago}`;
}

/** Return date and time of day to the second, in the reader's time zone. */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
