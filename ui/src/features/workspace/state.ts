import { CHART_FIELDS } from "@/charts/panel-state";
import { choice, defineState, flag, list, number, text, type ValuesOf } from "@/url/state";

export const VIEWS = ["table", "split", "charts", "explore", "media", "notes"] as const;
export type ViewName = (typeof VIEWS)[number];

/** Everything of the workspace that its address says. */
export const WORKSPACE = defineState({
  ...CHART_FIELDS,
  /** The filter as it was typed. */
  q: text(),
  /** Columns to sort by, `-` before those from high to low; none is best first by the primary metric. */
  sort: list(),
  /** Columns in order; none is what is chosen by itself. */
  cols: list(),
  /** Columns that stay at the left. */
  pin: list(),
  /** Ids of the runs that are drawn, by slot of colour, empty where a slot is free; none is the first of the sort. */
  show: list(),
  /** How many of the first runs are drawn when none is named. */
  top: number(10, 0, 200),
  /** The run to which others are compared. */
  base: text(),
  view: choice(VIEWS, "split"),
  rows: choice(["24", "28", "36"], "28"),
  /** How cells look, as `column|heat` or `column|bar`. */
  looks: list(),
  /** Widths of columns in pixels, as `column|120`. */
  widths: list(),
  /** Whether child runs stand under their parents. */
  tree: flag(false),
  /** Whether the inspector is open. */
  insp: flag(false),
  /** Columns that group the rows of the table. */
  by: list(),
  /** Experiments, in the workspace over several. */
  exp: list(),
  /** Height of the charts in the split view, in percent. */
  split: number(45, 15, 85),
  /** What is explained in the explore view; none is the primary metric. */
  target: text(),
  /** Axes of the parallel coordinates. */
  axes: list(),
  /** Axes turned round. */
  flip: list(),
  /** Ranges brushed on axes, as `axis|from|to`. */
  brush: list(),
  /** Columns of the scatter plot: x, y, colour. */
  sx: text(),
  sy: text(),
  sc: text(),
  /** Parameters of the contour plot, and the one whose categories have boxes. */
  cx: text(),
  cy: text(),
  by2: text(),
  /** Step of the media, empty for the last; one key; the run beside which the others are shown. */
  mstep: text(),
  mkey: text(),
  mpair: text(),
  /** Objectives of the Pareto front, as `column|direction|weight|limit`. */
  goals: list(),
});

export type Workspace = ValuesOf<typeof WORKSPACE>;
