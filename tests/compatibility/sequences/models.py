"""Logged models."""

from compatibility.exchanges import Call
from compatibility.sequences.openings import GET_RUN, NEW_EXPERIMENT, NEW_RUN, metric

MODELS = [
    NEW_EXPERIMENT,
    NEW_RUN,
    Call(
        "POST",
        "logged-models",
        {
            "experiment_id": "{e}",
            "name": "m",
            "source_run_id": "{r}",
            "params": [{"key": "p", "value": "1"}],
            "tags": [{"key": "t", "value": "1"}],
        },
        {"m": "model.info.model_id"},
    ),
    Call("GET", "logged-models/{m}"),
    Call("GET", "logged-models/nobody"),
    Call(
        "POST",
        "logged-models",
        {"experiment_id": "{e}", "name": "bare"},
        {"bare": "model.info.model_id"},
    ),
    Call("DELETE", "logged-models/{bare}"),
    Call("POST", "logged-models", {"experiment_id": "{e}", "name": "a/b"}),
    Call("POST", "logged-models", {"name": "m"}),
    Call("POST", "logged-models", {"experiment_id": "987654", "name": "m"}),
    Call("PATCH", "logged-models/{m}", {"model_id": "{m}", "status": "LOGGED_MODEL_READY"}),
    Call("PATCH", "logged-models/{m}", {"model_id": "{m}"}),
    Call("PATCH", "logged-models/{m}/tags", {"tags": [{"key": "u", "value": "2"}]}),
    Call("DELETE", "logged-models/{m}/tags/u"),
    Call("DELETE", "logged-models/{m}/tags/u"),
    Call(
        "POST",
        "logged-models/{m}/params",
        {"model_id": "{m}", "params": [{"key": "q", "value": "2"}]},
    ),
    Call("POST", "runs/log-metric", metric(model_id="{m}", step=0)),
    Call("POST", "runs/outputs", {"run_id": "{r}", "models": [{"model_id": "{m}", "step": 2}]}),
    GET_RUN,
    Call("GET", "logged-models/{m}"),
    *[
        Call("POST", "logged-models/search", {"experiment_ids": ["{e}"], "filter": text})
        for text in (
            "",
            "name = 'm'",
            "metrics.m > 1",
            "params.p = '1'",
            "tags.t = '1'",
            "name IN ('m')",
            "bogus.x = 'y'",
            "name ~~ 'x'",
            "metrics.m = 'x'",
        )
    ],
    Call("POST", "logged-models/search", {"experiment_ids": []}),
    Call("DELETE", "logged-models/{m}"),
    Call("GET", "logged-models/{m}"),
]
