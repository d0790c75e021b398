import { call } from "@/api/call";
import { decodeFrame } from "@/api/frame";
import { csvCell } from "@/format/csv";

interface HistoryHeader {
  readonly next_page_token: string | null;
  readonly series: readonly { readonly run_id: string; readonly key: string; readonly n: number }[];
}

const LINES_A_PART = 50_000;

/**
 * Return every point of some metrics of some runs as CSV, read page by page.
 *
 * @param onProgress called with how many points there are so far
 */
export async function allPointsCsv(runs: ReadonlyMap<string, { readonly name: string }>, keys: readonly string[], onProgress: (nPoints: number) => void): Promise<Blob> {
  const parts: string[] = ["run_id,name,metric,step,timestamp_ms,value\n"];
  let lines: string[] = [];
  let [token, nPoints] = ["", 0];
  do {
    const { header, arrays } = decodeFrame<HistoryHeader>(await call("fetch_histories", { run_ids: [...runs.keys()], keys, page_token: token }));
    const [steps, times, values] = [arrays.get("step"), arrays.get("timestamp"), arrays.get("value")];
    let place = 0;
    for (const { run_id, key, n } of header.series) {
      const start = [run_id, runs.get(run_id)?.name ?? "", key].map(csvCell).join(",");
      for (const end = place + n; place < end; place += 1) {
        lines.push(`${start},${steps?.[place]},${times?.[place]},${values?.[place]}\n`);
        if (lines.length >= LINES_A_PART) {
          parts.push(lines.join(""));
          lines = [];
        }
      }
      nPoints += n;
    }
    onProgress(nPoints);
    token = header.next_page_token ?? "";
  } while (token);
  return new Blob([...parts, lines.join("")], { type: "text/csv" });
}
