import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.entities.metrics import Metric
from assay.errors import (
    ExperimentNotFound,
    InvalidParameter,
    MissingParameter,
    NotSupported,
    ParamConflict,
)
from assay.server.in_process import InProcessTransport
from assay.wire import artifacts, experiments, metrics, runs


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[InProcessTransport]:
    opened = InProcessTransport(tmp_path / "new" / ".assay", synchronous="NORMAL")
    yield opened
    opened.close()


def new_run(transport: InProcessTransport) -> str:
    return transport.call(runs.CREATE, runs.CreateRun()).run.info.run_id


def log(transport: InProcessTransport, run_id: str, step: int) -> None:
    point = Metric("m", float("inf"), 1, step)
    transport.call(runs.LOG_BATCH, runs.LogBatch(run_id=run_id, metrics=(point,)))


def n_points(transport: InProcessTransport, run_id: str) -> int:
    history = metrics.GetHistory(run_id=run_id, metric_key="m")
    return len(transport.call(metrics.GET_HISTORY, history).metrics)


def test_making_a_transport_touches_nothing(tmp_path: Path) -> None:
    InProcessTransport(tmp_path / "there").close()
    assert not (tmp_path / "there").exists()


def test_what_was_written_is_read_exactly(transport: InProcessTransport) -> None:
    run_id = new_run(transport)
    log(transport, run_id, 3)
    run = transport.call(runs.GET, runs.GetRun(run_id=run_id)).run
    assert run.data.metric_list == (Metric("m", float("inf"), 1, 3),)


def test_errors_are_those_of_the_server(transport: InProcessTransport) -> None:
    with pytest.raises(ExperimentNotFound):
        transport.call(experiments.GET, experiments.GetExperiment(experiment_id="77"))
    run_id = new_run(transport)
    transport.call(runs.LOG_PARAM, runs.LogParam(run_id=run_id, key="p", value="1"))
    with pytest.raises(ParamConflict):
        transport.call(runs.LOG_PARAM, runs.LogParam(run_id=run_id, key="p", value="2"))
    with pytest.raises(MissingParameter):
        transport.call(runs.LOG_PARAM, runs.LogParam(run_id=run_id, key="", value="2"))


def log_long_param(transport: InProcessTransport) -> str:
    run_id = new_run(transport)
    transport.call(runs.LOG_PARAM, runs.LogParam(run_id=run_id, key="p", value="x" * 6001))
    run = transport.call(runs.GET, runs.GetRun(run_id=run_id)).run
    return run.data.params["p"]


def test_long_values_are_cut(transport: InProcessTransport) -> None:
    assert log_long_param(transport) == "x" * 6000


def test_long_values_are_refused_when_the_setting_says_so(
    transport: InProcessTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_TRUNCATE_LONG_VALUES", "false")
    with pytest.raises(InvalidParameter, match="6000"):
        log_long_param(transport)


def test_files_go_to_the_store_beside_the_database(transport: InProcessTransport) -> None:
    transport.artifacts().write("0/a.txt", [b"hello"])
    assert b"".join(transport.artifacts().read("0/a.txt")) == b"hello"
    with pytest.raises(NotSupported):
        transport.call(artifacts.DOWNLOAD, artifacts.ArtifactPath(path="0/a.txt"))


def test_many_threads_may_call_at_once(transport: InProcessTransport) -> None:
    run_id = new_run(transport)
    threads = [threading.Thread(target=log, args=(transport, run_id, step)) for step in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert n_points(transport, run_id) == 16


def test_what_was_closed_opens_again_with_everything(transport: InProcessTransport) -> None:
    run_id = new_run(transport)
    log(transport, run_id, 1)
    transport.close()
    assert n_points(transport, run_id) == 1


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_child_writes_through_the_transport_it_inherited(
    transport: InProcessTransport,
) -> None:
    run_id = new_run(transport)
    log(transport, run_id, 0)
    children = [
        multiprocessing.get_context("fork").Process(target=log, args=(transport, run_id, step))
        for step in (1, 2, 3)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert n_points(transport, run_id) == 4


def test_two_transports_share_a_folder(tmp_path: Path) -> None:
    first, second = InProcessTransport(tmp_path), InProcessTransport(tmp_path)
    run_id = new_run(first)
    log(second, run_id, 1)
    log(first, run_id, 2)
    assert n_points(second, run_id) == 2
    first.close()
    second.close()
