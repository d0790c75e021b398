"""The smallest thing worth recording: what you chose, how it went, what came out."""

import assay

assay.set_experiment("example-first-run")

with assay.start_run(run_name="halving") as run:
    assay.log_param("start", 64)
    value = 64.0
    for step in range(10):
        assay.log_metric("value", value, step=step)
        value /= 2
    assay.log_text(f"It ended at {value}.", "result.txt")

print(assay.get_run(run.info.run_id).data.metrics)
