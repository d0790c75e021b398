"""Filters, orders and pages of a run search."""

from compatibility.exchanges import Call
from compatibility.sequences.openings import NEW_EXPERIMENT, NEW_RUN

SEARCH = [
    NEW_EXPERIMENT,
    NEW_RUN,
    Call(
        "POST",
        "runs/log-batch",
        {
            "run_id": "{r}",
            "metrics": [{"key": "m", "value": 1, "timestamp": 1}],
            "params": [{"key": "p", "value": "1"}],
            "tags": [{"key": "t", "value": "x"}],
        },
    ),
    *[
        Call("POST", "runs/search", {"experiment_ids": ["{e}"], "filter": text})
        for text in (
            "",
            "metrics.m = 1",
            "metrics.m=1",
            "metric.`m` >= 1.0 and params.p = '1'",
            'params."p" = "1"',
            "tags.t LIKE 'x%'",
            "tags.t like 'x%'",
            "tags.t ILIKE 'X'",
            "run_name = 'r'",
            "attributes.status = 'RUNNING'",
            "attribute.user_id = 'u'",
            "start_time >= 5",
            "`Run name` = 'r'",
            "run_id IN ('{r}')",
            "metrics.m = '1'",
            "metrics.m LIKE '1'",
            "params.p > '1'",
            "params.p = 1",
            "foo",
            "foo = ",
            "= 1",
            "bogus.m = 1",
            "attributes.bogus = 'x'",
            "attributes.experiment_id = '1'",
            "metrics.m = 1 AND",
            "metrics.m == 1",
            "metrics.m <> 1",
            "metrics.m = 1; DROP TABLE runs",
            "metrics.m = 1e400",
            "metrics.m = NaN",
            "status = RUNNING",
            "params.p = 'a' 'b'",
            "dataset.name = 'x'",
            "dataset.bogus = 'x'",
            "run_id IN ()",
            "start_time = 'x'",
            "   ",
        )
    ],
    *[
        Call("POST", "runs/search", {"experiment_ids": ["{e}"], "order_by": [text]})
        for text in (
            "metrics.m",
            "metrics.m DESC",
            "params.p asc",
            "tags.`t` DESC",
            "start_time",
            "Created",
            "attribute.end_time DESC",
            "bogus",
            "bogus.x",
            "dataset.name",
            "metrics.m UP",
            "",
        )
    ],
    *[
        Call(
            "POST",
            "runs/search",
            {"experiment_ids": ["{e}"], "filter": text},
            differs="the extended grammar knows lists, OR, NOT and parentheses",
        )
        for text in (
            "params.p IN ('1')",
            "end_time IN (1)",
            "metrics.m = 1 OR params.p = 'x'",
            "(metrics.m = 1)",
            "NOT metrics.m = 1",
            "params.nobody IS NULL",
        )
    ],
    Call("POST", "runs/search", {"experiment_ids": []}),
    Call("POST", "runs/search", {}),
    Call("POST", "runs/search", {"experiment_ids": ["987654"]}),
    Call("POST", "runs/search", {"experiment_ids": ["{e}"], "max_results": 0}),
    Call("POST", "runs/search", {"experiment_ids": ["{e}"], "max_results": -1}),
    Call("POST", "runs/search", {"experiment_ids": ["{e}"], "max_results": 50001}),
    Call("POST", "runs/search", {"experiment_ids": ["{e}"], "run_view_type": "ALL"}),
    Call("POST", "runs/search", {"experiment_ids": ["{e}"], "run_view_type": "DELETED_ONLY"}),
    Call("POST", "runs/search", {"experiment_ids": ["{e}"], "run_view_type": "BOGUS"}),
    Call("POST", "runs/search", {"experiment_ids": ["{e}"], "page_token": "!!"}),
]
