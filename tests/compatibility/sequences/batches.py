"""Batches: limits, order and refusal as a whole."""

from compatibility.exchanges import Call
from compatibility.sequences.openings import GET_RUN, INVALID, NEW_EXPERIMENT, NEW_RUN, ODD_RUN

BATCHES = [
    NEW_EXPERIMENT,
    NEW_RUN,
    ODD_RUN,
    Call("POST", "runs/log-batch", {"run_id": "{r}"}),
    Call("POST", "runs/log-batch", {"run_id": "nobody"}),
    Call("POST", "runs/log-batch", {}),
    Call(
        "POST",
        "runs/log-batch",
        {
            "run_id": "{r}",
            "metrics": [
                {"key": "a", "value": 1, "timestamp": 1},
                {"key": "a", "value": 1, "timestamp": 1},
            ],
            "params": [{"key": "p", "value": "1"}],
            "tags": [{"key": "t", "value": "1"}, {"key": "t", "value": "2"}],
        },
    ),
    Call("POST", "runs/log-batch", {"run_id": "{r}", "metrics": [{"key": "a", "value": 1}]}),
    Call("POST", "runs/log-batch", {"run_id": "{r}", "metrics": [{"value": 1, "timestamp": 1}]}),
    Call("POST", "runs/log-batch", {"run_id": "{r}", "metrics": [{"key": "a", "timestamp": 1}]}),
    Call("POST", "runs/log-batch", {"run_id": "{r}", "metrics": 3}),
    Call("POST", "runs/log-batch", {"run_id": "{r}", "metrics": [3]}),
    Call("POST", "runs/log-batch", {"run_id": "{r}", "params": [{"value": "1"}]}),
    Call(
        "POST",
        "runs/log-batch",
        {"run_id": "{odd}", "params": [{"key": "q", "value": 1}]},
        differs="a number is no text and is refused instead of dropped",
        assay=(400, INVALID),
    ),
    Call("POST", "runs/log-batch", {"run_id": "{r}", "tags": [{"value": "1"}]}),
    Call(
        "POST",
        "runs/log-batch",
        {"run_id": "{r}", "params": [{"key": "q", "value": "1"}, {"key": "q", "value": "1"}]},
    ),
    Call(
        "POST",
        "runs/log-batch",
        {"run_id": "{r}", "params": [{"key": "new", "value": "1"}, {"key": "p", "value": "2"}]},
    ),
    Call(
        "POST",
        "runs/log-batch",
        {
            "run_id": "{r}",
            "metrics": [
                {"key": "ok", "value": 1, "timestamp": 1},
                {"key": "not ok!", "value": 1, "timestamp": 1},
            ],
        },
    ),
    Call(
        "POST",
        "runs/log-batch",
        {
            "run_id": "{r}",
            "metrics": [
                {"key": "m", "value": step, "timestamp": 1, "step": step} for step in range(1001)
            ],
        },
    ),
    Call(
        "POST",
        "runs/log-batch",
        {"run_id": "{r}", "params": [{"key": f"p{index}", "value": "1"} for index in range(101)]},
    ),
    Call(
        "POST",
        "runs/log-batch",
        {"run_id": "{r}", "tags": [{"key": f"t{index}", "value": "1"} for index in range(101)]},
    ),
    Call(
        "POST",
        "runs/log-batch",
        {
            "run_id": "{r}",
            "metrics": [
                {"key": "m", "value": step, "timestamp": 1, "step": step} for step in range(999)
            ],
            "tags": [{"key": f"t{index}", "value": "1"} for index in range(2)],
        },
    ),
    GET_RUN,
]
