"""Addresses, content types and broken bodies."""

from compatibility.exchanges import Call
from compatibility.sequences.openings import GET_RUN, NEW_EXPERIMENT, NEW_RUN

PROTOCOL = [
    NEW_EXPERIMENT,
    NEW_RUN,
    Call("GET", "/health"),
    Call("GET", "/ajax-api/2.0/mlflow/runs/get", {"run_id": "{r}"}),
    Call("POST", "runs/set-tag", raw=b"{broken"),
    Call("POST", "runs/set-tag", raw=b""),
    Call("POST", "runs/set-tag", raw=b"[]"),
    Call("POST", "runs/set-tag", {"run_id": "{r}", "key": "k", "value": "v"}, headers=()),
    Call(
        "POST",
        "runs/set-tag",
        {"run_id": "{r}", "key": "k", "value": "v"},
        headers=(("Content-Type", "text/plain"),),
    ),
    Call(
        "POST",
        "runs/set-tag",
        {"run_id": "{r}", "key": "k", "value": "v"},
        headers=(("Content-Type", "application/json; charset=utf-8"),),
    ),
    Call(
        "GET",
        "/api/2.0/mlflow/bogus",
        differs="errors are JSON everywhere",
        assay=(404, "ENDPOINT_NOT_FOUND"),
    ),
    Call(
        "GET",
        "/api/2.0/preview/mlflow/runs/get",
        differs="errors are JSON everywhere",
        assay=(404, "ENDPOINT_NOT_FOUND"),
    ),
    GET_RUN,
]
