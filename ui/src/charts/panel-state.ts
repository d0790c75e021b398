import type { OutlierMode } from "@/charts/extents";
import type { ScaleKind } from "@/charts/scales";
import { choice, type Field, flag, json, list, number, text } from "@/url/state";

/** How much a curve is smoothed; computed by the server on raw points. */
export interface Smoothing {
  readonly kind: "" | "ema" | "half_life" | "mean" | "gaussian";
  readonly amount: number;
}

/** What can be set of a panel alone; the rest it has from all. */
export interface PanelOwn {
  readonly ys?: ScaleKind;
  readonly out?: OutlierMode;
}

const SMOOTHINGS = ["ema", "half_life", "mean", "gaussian"] as const;

const smoothing: Field<Smoothing> = {
  initial: { kind: "", amount: 0 },
  read(given) {
    const [word = "", digits = ""] = given.split(":");
    const kind = SMOOTHINGS.find((one) => one === word);
    const amount = Number(digits);
    return kind && amount > 0 && Number.isFinite(amount) ? { kind, amount } : undefined;
  },
  write: ({ kind, amount }) => (kind ? `${kind}:${amount}` : ""),
};

function checkRange(said: unknown): readonly [number, number] | null | undefined {
  if (!Array.isArray(said) || said.length !== 2) return undefined;
  const [low, high]: unknown[] = said;
  return typeof low === "number" && typeof high === "number" && low < high ? [low, high] : undefined;
}

function checkOwn(said: unknown): Readonly<Record<string, PanelOwn>> | undefined {
  if (typeof said !== "object" || said === null || Array.isArray(said)) return undefined;
  const entries = Object.entries(said).map(([panel, own]): [string, PanelOwn] => {
    const given: Partial<Record<string, unknown>> = typeof own === "object" && own !== null ? { ...own } : {};
    const ys = SCALES.find((one) => one === given["ys"]);
    const out = OUTLIERS.find((one) => one === given["out"]);
    return [panel, { ...(ys ? { ys } : {}), ...(out ? { out } : {}) }];
  });
  return Object.fromEntries(entries);
}

const SCALES = ["linear", "log", "symlog"] as const;
const OUTLIERS = ["auto", "all", "percentile"] as const;
export const CENTERS = ["mean", "median"] as const;
export const BANDS = ["std", "stderr", "ci95", "minmax", "iqr"] as const;
export const HEIGHTS = ["low", "medium", "high"] as const;

/** The fields of an address that say how charts are shown; every page with charts has them. */
export const CHART_FIELDS = {
  /** `step`, `relative`, `wall` or `metrics.<key>`. */
  x: text("step"),
  /** What of x is shown; null is all. */
  xr: json<readonly [number, number] | null>(null, checkRange),
  sm: smoothing,
  /** Whether the raw line is left out where curves are smoothed. */
  noraw: flag(false),
  ys: choice(SCALES, "linear"),
  out: choice(OUTLIERS, "auto"),
  group: list(),
  /** Group by all params but these. */
  except: list(),
  center: choice(CENTERS, "mean"),
  band: choice(BANDS, "std"),
  /** Columns of the grid of panels; 0 is as many as fit. */
  grid: number(0, 0, 6),
  tall: choice(HEIGHTS, "medium"),
  /** Which panels, as a regular expression over names of metrics. */
  panels: text(),
  /** Sections that are not as they would be by themselves. */
  folded: list(),
  own: json<Readonly<Record<string, PanelOwn>>>({}, checkOwn),
  /** Panels that were added: metrics, or formulas that begin with `=`, with `|` between them. */
  made: list(),
  /** Panels that come before others, by title. */
  order: list(),
  /** Whether the runs of groups are drawn thin beneath. */
  thin: flag(false),
  /** Whether curves are drawn minus that of the baseline. */
  diff: flag(false),
} as const;

/** How charts are shown, as the address says. */
export interface ChartState {
  readonly x: string;
  readonly xr: readonly [number, number] | null;
  readonly sm: Smoothing;
  readonly noraw: boolean;
  readonly ys: ScaleKind;
  readonly out: OutlierMode;
  readonly group: readonly string[];
  readonly except: readonly string[];
  readonly center: (typeof CENTERS)[number];
  readonly band: (typeof BANDS)[number];
  readonly grid: number;
  readonly tall: (typeof HEIGHTS)[number];
  readonly panels: string;
  readonly folded: readonly string[];
  readonly own: Readonly<Record<string, PanelOwn>>;
  readonly made: readonly string[];
  readonly order: readonly string[];
  readonly thin: boolean;
  readonly diff: boolean;
}

/** Changes how charts are shown; `replace` for drags and typing. */
export type ChangeCharts = (change: Partial<ChartState>, options?: { readonly history?: "push" | "replace" }) => void;
