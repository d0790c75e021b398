"""Files through the proxy and by run."""

from compatibility.exchanges import Call
from compatibility.sequences.openings import MISSING, NEW_EXPERIMENT, NEW_RUN

ARTIFACTS = [
    NEW_EXPERIMENT,
    NEW_RUN,
    Call(
        "PUT",
        "/api/2.0/mlflow-artifacts/artifacts/{e}/{r}/artifacts/a/b.txt",
        raw=b"hello",
        headers=(),
    ),
    Call("GET", "/api/2.0/mlflow-artifacts/artifacts/{e}/{r}/artifacts/a/b.txt"),
    Call("GET", "/api/2.0/mlflow-artifacts/artifacts", {"path": "{e}/{r}/artifacts"}),
    Call("GET", "/api/2.0/mlflow-artifacts/artifacts", {"path": "{e}/{r}/artifacts/a"}),
    Call("GET", "/api/2.0/mlflow-artifacts/artifacts", {"path": "{e}/{r}/artifacts/a/b.txt"}),
    Call("GET", "/api/2.0/mlflow-artifacts/artifacts", {"path": "nobody"}),
    Call("GET", "/api/2.0/mlflow-artifacts/artifacts", {"path": "../x"}),
    Call("GET", "/api/2.0/mlflow-artifacts/artifacts/{e}/%2e%2e/%2e%2e/x"),
    Call(
        "GET",
        "/api/2.0/mlflow-artifacts/artifacts/{e}/nobody.txt",
        differs="a missing file is the caller's mistake",
        assay=(404, MISSING),
    ),
    Call("GET", "artifacts/list", {"run_id": "{r}"}),
    Call("GET", "artifacts/list", {"run_id": "{r}", "path": "a"}),
    Call("GET", "artifacts/list", {"run_id": "{r}", "path": "nobody"}),
    Call("GET", "artifacts/list", {"run_id": "{r}", "path": "../x"}),
    Call("GET", "artifacts/list", {"run_id": "nobody"}),
    Call("GET", "/get-artifact", {"run_id": "{r}", "path": "a/b.txt"}),
    Call("GET", "/get-artifact", {"run_id": "{r}", "path": "../b.txt"}),
    Call("DELETE", "/api/2.0/mlflow-artifacts/artifacts/{e}/{r}/artifacts/a/b.txt"),
    Call("DELETE", "/api/2.0/mlflow-artifacts/artifacts/{e}/{r}/artifacts/a/b.txt"),
]
