"""Calls that several sequences share."""

from compatibility.exchanges import Call

INVALID = "INVALID_PARAMETER_VALUE"
MISSING = "RESOURCE_DOES_NOT_EXIST"
NEW_EXPERIMENT = Call("POST", "experiments/create", {"name": "{topic}"}, {"e": "experiment_id"})
NEW_RUN = Call(
    "POST",
    "runs/create",
    {"experiment_id": "{e}", "start_time": 5, "run_name": "r", "user_id": "u"},
    {"r": "run.info.run_id"},
)
ODD_RUN = Call("POST", "runs/create", {"experiment_id": "{e}"}, {"odd": "run.info.run_id"})
GET_RUN = Call("GET", "runs/get", {"run_id": "{r}"})


def metric(**fields: object) -> dict[str, object]:
    """Return a log-metric body with `fields` over complete ones."""
    return {"run_id": "{r}", "key": "m", "value": 1.5, "timestamp": 7, "step": 3, **fields}
