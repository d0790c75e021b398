import { CHART_FIELDS } from "@/charts/panel-state";
import { choice, defineState, flag, list, text } from "@/url/state";

export const COMPARE_TABS = [["table", "Table"], ["charts", "Charts"], ["code", "Code"], ["env", "Env"], ["files", "Files"]] as const;

/** What of the comparison its address says. */
export const COMPARE = defineState({
  ...CHART_FIELDS,
  runs: list(),
  base: text(),
  tab: choice(["table", "charts", "code", "env", "files"], "table"),
  /** Whether what is the same in all runs is shown, too. */
  all: flag(false),
  /** Whether runs are rows; empty for what suits their number. */
  turned: choice(["", "yes", "no"], ""),
});
