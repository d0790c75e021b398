"""Data sets and the runs that used them, over REST and from Python, on each database."""

from collections.abc import Iterator

import pytest

import assay
from databases import PostgresqlServer
from servers import RunningServer, server_on_thread

API = "/api/assay/v1/datasets"


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path) -> Iterator[RunningServer]:
    uri = None
    if request.param == "postgresql":
        databases: PostgresqlServer = request.getfixturevalue("postgresql_server")
        uri = databases.fresh_uri()
    with server_on_thread(tmp_path, database_uri=uri) as running:
        yield running


def use(server: RunningServer, name: str, digest: str, *, start_time: int) -> str:
    run_id = server.new_run(start_time=start_time)
    dataset = {"name": name, "digest": digest, "source_type": "local", "source": "{}"}
    tags = [{"key": "mlflow.data.context", "value": "train"}]
    body = {"run_id": run_id, "datasets": [{"dataset": dataset, "tags": tags}]}
    assert server.post("runs/log-inputs", body).status == 200
    return run_id


def test_data_sets_are_listed_with_their_runs(server):
    use(server, "Iris", "a1", start_time=5)
    use(server, "Iris", "a1", start_time=9)
    use(server, "wine", "b2", start_time=7)
    found = assay.Client(server.url).list_datasets("IRIS")
    (one,) = found.datasets
    assert (found.total, one.name, one.digest, one.n_runs, one.last_used_ms) == (
        (1, "Iris", "a1", 2, 9)
    )
    window = assay.Client(server.url).list_datasets(offset=1, limit=1)
    assert (window.total, [each.name for each in window.datasets]) == (2, ["wine"])


def test_a_data_set_names_its_active_runs_newest_first(server):
    early, late = (use(server, "iris", "a1", start_time=time) for time in (5, 9))
    gone = use(server, "iris", "a1", start_time=11)
    server.post("runs/delete", {"run_id": gone})
    found = assay.Client(server.url).describe_dataset("iris", "a1")
    assert (found.source_type, found.source, found.n_runs) == ("local", "{}", 2)
    assert [(run.run_id, run.context) for run in found.runs] == [(late, "train"), (early, "train")]


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("list", {"limit": 0}, 400),
        ("list", {"offset": -1}, 400),
        ("list", {"text": "a" * 501}, 400),
        ("describe", {"name": "iris", "digest": "none"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(server, path, asked, status):
    assert server.post(f"{API}/{path}", asked).status == status
