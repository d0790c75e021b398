"""Experiments from creation to restoring."""

from compatibility.exchanges import Call
from compatibility.sequences.openings import INVALID

EXPERIMENTS = [
    Call(
        "POST",
        "experiments/create",
        {"name": "{topic}", "tags": [{"key": "a", "value": "b"}]},
        {"e": "experiment_id"},
    ),
    Call("GET", "experiments/get", {"experiment_id": "{e}"}),
    Call("GET", "experiments/get-by-name", {"experiment_name": "{topic}"}),
    Call("GET", "experiments/get-by-name", {"experiment_name": "nobody"}),
    Call("GET", "experiments/get", {"experiment_id": "987654"}),
    Call(
        "GET",
        "experiments/get",
        {"experiment_id": "abc"},
        differs="an id that is no number is the caller's mistake",
        assay=(400, INVALID),
    ),
    Call("GET", "experiments/get"),
    Call("POST", "experiments/create", {"name": "{topic}"}),
    Call("POST", "experiments/create", {"name": ""}),
    Call("POST", "experiments/create", {"name": 5}),
    Call("POST", "experiments/create", {"name": "{topic}-2", "unknown": 1}),
    Call("POST", "experiments/create", {}),
    Call("POST", "experiments/create", {"name": "x" * 501}),
    Call("POST", "experiments/create", {"name": "{topic}-3", "artifact_location": "s3://b/p#f"}),
    Call("POST", "experiments/update", {"experiment_id": "{e}"}),
    Call("POST", "experiments/update", {"experiment_id": "{e}", "new_name": "{topic}-new"}),
    Call(
        "POST",
        "experiments/update",
        {"experiment_id": "{e}", "new_name": "Default"},
        differs="a taken name has its own code",
        assay=(400, "RESOURCE_ALREADY_EXISTS"),
    ),
    Call("POST", "experiments/set-experiment-tag", {"experiment_id": "{e}", "key": "k"}),
    Call("POST", "experiments/set-experiment-tag", {"experiment_id": "{e}", "value": "v"}),
    Call(
        "POST",
        "experiments/set-experiment-tag",
        {"experiment_id": "{e}", "key": "k" * 251, "value": "v"},
    ),
    Call("POST", "experiments/delete-experiment-tag", {"experiment_id": "{e}", "key": "k"}),
    Call("POST", "experiments/delete-experiment-tag", {"experiment_id": "{e}", "key": "k"}),
    Call("GET", "experiments/get", {"experiment_id": "{e}"}),
    Call("POST", "experiments/delete", {"experiment_id": "{e}"}),
    Call("POST", "experiments/delete", {"experiment_id": "{e}"}),
    Call(
        "POST",
        "experiments/update",
        {"experiment_id": "{e}", "new_name": "{topic}-9"},
        differs="the caller's mistake, not the server's",
        assay=(400, INVALID),
    ),
    Call(
        "POST", "experiments/set-experiment-tag", {"experiment_id": "{e}", "key": "k", "value": "v"}
    ),
    Call("GET", "experiments/get", {"experiment_id": "{e}"}),
    Call("POST", "experiments/restore", {"experiment_id": "{e}"}),
    Call("POST", "experiments/restore", {"experiment_id": "{e}"}),
    Call("POST", "experiments/search", {}),
    Call("POST", "experiments/search", {"max_results": 0}),
    Call("POST", "experiments/search", {"max_results": 50001}),
    Call("POST", "experiments/search", {"max_results": 5, "filter": "name = '{topic}-new'"}),
    Call("GET", "experiments/search", {"max_results": 5, "filter": "name = '{topic}-new'"}),
    Call("POST", "experiments/search", {"max_results": 5, "filter": "bogus = 'x'"}),
    Call("POST", "experiments/search", {"max_results": 5, "order_by": ["bogus"]}),
    Call("POST", "experiments/search", {"max_results": 5, "page_token": "!!"}),
]
