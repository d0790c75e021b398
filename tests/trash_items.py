"""Runs, models and files for tests of the trash, made through a server as clients make them."""

from typing import Any

from servers import RunningServer

ASSAY = "/api/assay/v1/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/"
N_LABELS = 25


def add_run(server: RunningServer, experiment_id: str = "0", *, n_points: int = 40) -> str:
    """Create a run with params, tags, histories and two files; return its id."""
    run_id = server.new_run(experiment_id, start_time=1)
    labels = [{"key": f"k{number}", "value": "v" * 20} for number in range(N_LABELS)]
    points = [
        {"key": f"m{number}", "value": step / 3, "timestamp": step, "step": step}
        for number in range(10)
        for step in range(n_points)
    ]
    body = {"run_id": run_id, "params": labels, "tags": labels, "metrics": points}
    answer = server.post("runs/log-batch", body)
    assert answer.status == 200, answer.text
    for path in ("model/weights.bin", "notes.txt"):
        put_file(server, f"{experiment_id}/{run_id}/artifacts/{path}")
    return run_id


def put_file(server: RunningServer, path: str, content: bytes = b"x" * 1000) -> int:
    """Upload a file; return the status of the answer."""
    return server.ask("PUT", FILES + path, content).status


def add_model(server: RunningServer, run_id: str, experiment_id: str = "0") -> str:
    """Create a logged model with a file, which comes from a run; return its id."""
    body = {"experiment_id": experiment_id, "name": "net", "source_run_id": run_id}
    answer = server.post("logged-models", body)
    assert answer.status == 200, answer.text
    model_id = str(answer.json["model"]["info"]["model_id"])
    put_file(server, f"{experiment_id}/models/{model_id}/artifacts/MLmodel")
    return model_id


def delete_runs(server: RunningServer, *run_ids: str) -> None:
    """Move runs to the trash."""
    for run_id in run_ids:
        assert server.post("runs/delete", {"run_id": run_id}).status == 200


def purge(server: RunningServer, **request: Any) -> dict[str, dict[str, Any]]:
    """Purge by force, unless told otherwise, until nothing is unfinished; return outcomes by id."""
    body = {"force": True, **request}
    answer = server.post(f"{ASSAY}trash/purge", body)
    assert answer.status == 200, answer.text
    outcomes = {one["id"]: one for one in answer.json["outcomes"]}
    if any(one["state"] == "unfinished" for one in outcomes.values()):
        return purge(server, **request)
    return outcomes


def trash(server: RunningServer, **request: Any) -> list[dict[str, Any]]:
    """Return all that is in the trash."""
    answer = server.post(f"{ASSAY}trash/list", request)
    assert answer.status == 200, answer.text
    found = answer.json
    token = found["next_page_token"]
    rest = trash(server, **request | {"page_token": token}) if token else []
    return [*found["items"], *rest]


def all_files(server: RunningServer) -> list[str]:
    """Return the paths of all files below the artifact root."""
    root = server.root / "artifacts"
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] != ".assay-incoming"
    )
