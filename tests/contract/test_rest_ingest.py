"""Journals over HTTP: applied once, in order, and never by a page in a browser."""

from array import array
from typing import Any

import msgspec
import pytest

from assay.entities.runs import Param, RunStatus, RunTag
from assay.wire.chunk import MetricColumns, SeriesKey, encode_chunk
from assay.wire.ingest import (
    MAX_RUNS,
    Batch,
    Batches,
    BatchReceipt,
    BatchReceipts,
    RunCreation,
    RunEnd,
    SequencedParam,
)
from servers import Answer, RunningServer

RUN = "a" * 32


def ingest(server: RunningServer, batch: Batch, kind: str = "application/msgpack") -> Answer:
    body = msgspec.msgpack.encode(batch)
    return server.ask("POST", "/api/assay/v1/ingest", body, {"Content-Type": kind})


def receipt(answer: Answer) -> BatchReceipt:
    return msgspec.json.decode(answer.body, type=BatchReceipt)


def batch(first: int = 1, last: int = 3, **fields: Any) -> Batch:
    return Batch(run_id=RUN, writer_id="w", first_seq=first, last_seq=last, **fields)


def created(**fields: Any) -> Batch:
    create = RunCreation(experiment_name="e", run_name="r", start_time=5)
    return batch(create=create, **fields)


def chunk(n_points: int) -> bytes:
    return encode_chunk(
        MetricColumns(
            keys=[SeriesKey("m")],
            key_index=array("I", [0] * n_points),
            step=array("q", range(n_points)),
            timestamp=array("q", range(n_points)),
            value=array("d", [float("inf")] * n_points),
        )
    )


def test_a_batch_creates_experiment_and_run_and_fills_them(server: RunningServer) -> None:
    answer = ingest(
        server,
        created(
            metrics=chunk(3),
            params=(SequencedParam(2, Param("p", "1")),),
            tags=(RunTag("t", "v"),),
            end=RunEnd(RunStatus.FINISHED, 9),
        ),
    )
    assert receipt(answer) == BatchReceipt(applied_seq=3, experiment_id="1")
    run = server.get("runs/get", run_id=RUN).json["run"]
    assert (run["info"]["status"], run["info"]["end_time"]) == ("FINISHED", 9)
    assert run["data"]["params"] == [{"key": "p", "value": "1"}]
    assert run["data"]["metrics"][0]["step"] == 2


def test_the_same_batch_again_changes_nothing(server: RunningServer) -> None:
    for _ in range(3):
        assert receipt(ingest(server, created(metrics=chunk(3)))).applied_seq == 3
    history = server.get("metrics/get-history", run_id=RUN, metric_key="m").json["metrics"]
    assert len(history) == 3
    mark = server.get("/api/assay/v1/ingest/mark", run_id=RUN, writer_id="w").json
    assert mark == {"applied_seq": 3}


def test_a_gap_is_a_conflict_that_says_what_is_next(server: RunningServer) -> None:
    ingest(server, created())
    answer = ingest(server, batch(first=7, last=9))
    assert (answer.status, answer.json["error_code"]) == (409, "RESOURCE_CONFLICT")
    assert "4 is next" in answer.json["message"]


def ingest_runs(server: RunningServer, *batches: Batch, run_ids: tuple[str, ...] = ()) -> Answer:
    named = run_ids or tuple(one.run_id for one in batches)
    body = msgspec.msgpack.encode(Batches(run_ids=named, batches=batches))
    kind = {"Content-Type": "application/msgpack"}
    return server.ask("POST", "/api/assay/v1/ingest/runs", body, kind)


def test_batches_of_many_runs_are_applied_once(server: RunningServer) -> None:
    first = created(metrics=chunk(3))
    second = msgspec.structs.replace(first, run_id="b" * 32)
    for _ in range(2):
        answer = ingest_runs(server, first, second)
        expected = BatchReceipt(applied_seq=3, experiment_id="1")
        assert msgspec.json.decode(answer.body, type=BatchReceipts).receipts == (expected,) * 2
    for run_id in (RUN, "b" * 32):
        history = server.get("metrics/get-history", run_id=run_id, metric_key="m").json["metrics"]
        assert len(history) == 3


def test_batches_of_many_runs_are_applied_together_or_not_at_all(server: RunningServer) -> None:
    unknown = msgspec.structs.replace(batch(), run_id="b" * 32)
    answer = ingest_runs(server, created(), unknown)
    assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert server.get("runs/get", run_id=RUN).status == 404


def test_batches_of_many_runs_must_name_them(server: RunningServer) -> None:
    answer = ingest_runs(server, created(), run_ids=("b" * 32,))
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_there_is_a_limit_to_batches_in_a_request(server: RunningServer) -> None:
    answer = ingest_runs(server, *[created()] * (MAX_RUNS + 1))
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_a_conflicting_param_is_refused_alone(server: RunningServer) -> None:
    ingest(server, created(params=(SequencedParam(2, Param("p", "1")),)))
    later = (SequencedParam(4, Param("p", "2")), SequencedParam(5, Param("q", "3")))
    refused = receipt(ingest(server, batch(first=4, last=5, params=later))).refused
    assert [record.seq for record in refused] == [4]
    params = server.get("runs/get", run_id=RUN).json["run"]["data"]["params"]
    assert {param["key"]: param["value"] for param in params} == {"p": "1", "q": "3"}


def test_a_writer_that_never_wrote_has_mark_zero(server: RunningServer) -> None:
    answer = server.get("/api/assay/v1/ingest/mark", run_id=RUN, writer_id="w")
    assert answer.json == {"applied_seq": 0}


def test_a_heartbeat_needs_a_run_that_is_there(server: RunningServer) -> None:
    run_id = server.new_run()
    assert server.post("/api/assay/v1/runs/heartbeat", {"run_id": run_id}).json == {}
    assert server.post("/api/assay/v1/runs/heartbeat", {"run_id": "x"}).status == 404


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data"])
def test_a_batch_of_another_content_type_is_refused(server: RunningServer, kind: str) -> None:
    assert ingest(server, created(), kind).status == 400


@pytest.mark.parametrize(
    "ugly",
    [
        batch(first=0, last=1),
        batch(first=5, last=4),
        batch(metrics=b"garbage"),
        batch(metrics=chunk(3)[:-1]),
        batch(metrics=b"AMC\x01" + b"\xff" * 12),
        msgspec.structs.replace(batch(), run_id="../x"),
        msgspec.structs.replace(batch(), writer_id=""),
    ],
)
def test_an_ugly_batch_is_400(server: RunningServer, ugly: Batch) -> None:
    answer = ingest(server, ugly)
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
