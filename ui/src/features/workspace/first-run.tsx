import { useState } from "react";

import { addressOf } from "@/api/call";
import { Segments } from "@/components/fields";
import { EmptyState, Snippet } from "@/components/notices";

const WAYS = [["assay", "assay"], ["mlflow", "MLflow client"], ["environment", "Environment"], ["cli", "Command line"]] as const;
type Way = (typeof WAYS)[number][0];

/** An experiment without runs: how to log the first one, ready to be pasted, and that it is waited for. */
export function FirstRun({ experiment }: { readonly experiment: string }) {
  const [way, setWay] = useState<Way>("assay");
  return (
    <EmptyState title="No runs in this experiment yet">
      <Segments label="How to log" options={WAYS} value={way} onPick={setWay} />
      <div style={{ width: "min(640px, 90vw)" }}>
        <Snippet code={snippet(way, new URL(addressOf("/"), location.href).href.replace(/\/$/, ""), experiment)} />
      </div>
      <output>Listening for the first run…</output>
    </EmptyState>
  );
}

function snippet(way: Way, server: string, experiment: string): string {
  const name = JSON.stringify(experiment);
  if (way === "environment") return `export ASSAY_TRACKING_URI=${server}\nexport ASSAY_EXPERIMENT_NAME=${name}\npython train.py`;
  if (way === "cli") return `ASSAY_TRACKING_URI=${server} assay exec --experiment-name ${name} -- python train.py`;
  const module = way === "assay" ? "assay" : "mlflow";
  return `import ${module}

${module}.set_tracking_uri("${server}")
${module}.set_experiment(${name})

with ${module}.start_run():
    ${module}.log_param("lr", 0.01)
    for step in range(100):
        ${module}.log_metric("loss", 1 / (step + 1), step=step)
`;
}
