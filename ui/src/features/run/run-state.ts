import { CHART_FIELDS } from "@/charts/panel-state";
import { defineState, text } from "@/url/state";

/** What of a run's page its address says beside the path. */
export const RUN_STATE = defineState({ ...CHART_FIELDS, q: text() });

/** The parts of a run's page. */
export const RUN_TABS = [["", "Overview"], ["metrics", "Metrics"], ["system", "System"], ["artifacts", "Artifacts"], ["media", "Media"], ["models", "Models"], ["data", "Data"], ["code", "Code"], ["env", "Env"], ["logs", "Logs"]] as const;
