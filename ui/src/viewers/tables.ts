/** A table as it is shown: texts in columns. */
export interface TableData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Return the rows of text with separators; a quoted cell may hold separators, ends of lines and doubled quotes. */
export function parseSeparated(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endCell = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let place = 0; place < text.length; place += 1) {
    const sign = text.charAt(place);
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text.charAt(place + 1) === '"') {
        cell += '"';
        place += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell === "") isQuoted = true;
    else if (sign === separator) endCell();
    else if (sign === "\n") endRow();
    else if (sign !== "\r") cell += sign;
  }
  if (cell !== "" || row.length) endRow();
  return rows;
}

/** Return the table of a file's text by the ending of its name. */
export function tableOfText(path: string, text: string): TableData {
  if (/\.(jsonl|ndjson)$/i.test(path)) return tableOfRecords(text.split("\n").filter((line) => line.trim()).map((line): unknown => JSON.parse(line)));
  const [columns = [], ...rows] = parseSeparated(text, /\.tsv$/i.test(path) ? "\t" : ",");
  return { columns, rows };
}

/** Return the table that a JSON document is, as `log_table` writes it, or undefined. */
export function tableOfJson(document: unknown): TableData | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(document));
  const [columns, rows] = [fields.get("columns"), fields.get("data")];
  if (!Array.isArray(columns) || !Array.isArray(rows) || !rows.every(Array.isArray)) return undefined;
  return { columns: columns.map(String), rows: rows.map((row) => Array.from(row, asText)) };
}

/** Return the table that records are, a column for each field that any of them has. */
export function tableOfRecords(records: readonly unknown[]): TableData {
  const columns = [...new Set(records.flatMap((record) => (typeof record === "object" && record !== null ? Object.keys(record) : [])))];
  const rows = records.map((record) => {
    const fields = new Map<string, unknown>(typeof record === "object" && record !== null ? Object.entries(record) : []);
    return columns.map((column) => asText(fields.get(column)));
  });
  return { columns, rows };
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value, spelled) : String(value);
}

function spelled(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** Return the places of rows sorted by a column, numbers by size, what is empty last. */
export function sortedRows({ rows }: TableData, column: number, isDown: boolean): number[] {
  const key = (row: number) => rows[row]?.[column] ?? "";
  return rows
    .map((_, row) => row)
    .toSorted((left, right) => {
      const [one, other] = [key(left), key(right)];
      if (one === "" || other === "") return Number(one === "") - Number(other === "");
      const difference = Number(one) - Number(other);
      const order = Number.isNaN(difference) ? one.localeCompare(other, "en", { numeric: true }) : difference;
      return isDown ? -order : order;
    });
}
