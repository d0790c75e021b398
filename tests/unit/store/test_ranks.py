"""Ranks of a run: their points in the run's series and in their own, how they ended, attempts of them."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.entities.metrics import Metric
from assay.entities.runs import RunStatus
from assay.errors import InvalidParameter, RunNotFound
from assay.store.attempts import list_attempts
from assay.store.batches import apply_batches
from assay.store.folding import fold_run
from assay.store.histories import read_history
from assay.store.ingest import journal_batch
from assay.store.keys import find_key_ids
from assay.store.ranks import list_ranks, number_of_rank, rank_of_number
from assay.store.run_batch import RunBatch, WriterSpan
from assay.store.runs import find_run, get_run
from assay.wire.chunk import columns_of
from assay.wire.ingest import Batch, RunAttempt, RunCreation, RunEnd

CREATION = RunCreation(run_name="shared", start_time=1)
RUN = "0" * 31 + "a"
LATER_MS = 10_000_000


class Ranks:
    """Writes to one run as the ranks of a job would."""

    def __init__(self, conn, run_id=RUN):
        self.conn = conn
        self.run_id = run_id
        self._seqs = {}

    def write(self, rank, points=(), *, launch="first", **contents):
        writer = f"{launch}-{rank}"
        seq = self._seqs[writer] = self._seqs.get(writer, 0) + 1
        metrics = [Metric(key, value, 0, step) for key, step, value in points]
        batch = RunBatch(
            run_id=self.run_id,
            writer=WriterSpan(writer, seq, seq),
            rank=rank,
            metrics=columns_of(metrics) if metrics else None,
            **contents,
        )
        (answer,) = apply_batches(self.conn, [batch])
        assert not isinstance(answer, Exception), answer

    def begin(self, rank, points=(), *, launch="first", started_ms=2):
        start = RunAttempt(started_ms=started_ms, launch=launch, process=rank + 100, host="node")
        self.write(rank, points, launch=launch, create=CREATION, attempt=start)

    def steps(self, model_number=0, key="m"):
        number = find_run(self.conn, self.run_id).run_number
        points = read_history(
            self.conn, number, find_key_ids(self.conn, [key])[key], model_number=model_number
        )
        return list(zip(points.steps.tolist(), points.values.tolist(), strict=True))

    def of_rank(self, rank, *, superseded_of=0):
        return self.steps(number_of_rank(rank) - superseded_of)


@pytest.mark.parametrize("rank", [0, 1, 63, 2**20 - 1])
def test_a_rank_is_told_from_its_number(rank):
    assert rank_of_number(number_of_rank(rank)) == rank


def test_the_run_has_the_points_of_all_ranks_and_each_rank_its_own(database):
    with database.write() as conn:
        ranks = Ranks(conn)
        for rank in (1, 0, 2):
            ranks.begin(rank, [("m", step, rank + step / 10) for step in range(3)])
        assert len(ranks.steps()) == 9
        for rank in range(3):
            assert ranks.of_rank(rank) == [(step, rank + step / 10) for step in range(3)]
        fold_run(conn, find_run(conn, RUN).run_number)
        assert len(ranks.steps()) == 9
        assert ranks.of_rank(2) == [(0, 2.0), (1, 2.1), (2, 2.2)]


def test_equal_points_of_several_ranks_are_kept_for_each(database):
    with database.write() as conn:
        ranks = Ranks(conn)
        for rank in range(4):
            ranks.begin(rank, [("m", 7, 0.5)])
        assert ranks.steps() == [(7, 0.5)]
        assert [ranks.of_rank(rank) for rank in range(4)] == [[(7, 0.5)]] * 4


def test_the_run_ends_with_its_first_rank_and_the_others_for_themselves(database):
    with database.write() as conn:
        ranks = Ranks(conn)
        for rank in range(3):
            ranks.begin(rank)
        ranks.write(1, end=RunEnd(RunStatus.FAILED, 40, "it broke"))
        assert get_run(conn, RUN).info.status is RunStatus.RUNNING
        ranks.write(0, end=RunEnd(RunStatus.FINISHED, 50))
        ranks.write(2, end=RunEnd(RunStatus.FINISHED, 60))
        run = get_run(conn, RUN)
        found = list_ranks(conn, RUN)
    assert (run.info.status, run.info.end_time) == (RunStatus.FINISHED, 50)
    assert [(one.rank, one.status, one.ended_ms, one.reason) for one in found] == [
        (0, RunStatus.FINISHED, 50, None),
        (1, RunStatus.FAILED, 40, "it broke"),
        (2, RunStatus.FINISHED, 60, None),
    ]
    assert [(one.host, one.process, one.attempt) for one in found[:1]] == [("node", 100, 1)]


def test_a_rank_that_comes_late_changes_neither_end_nor_attempts(database):
    with database.write() as conn:
        ranks = Ranks(conn)
        ranks.begin(0, [("m", 0, 1.0)])
        ranks.write(0, end=RunEnd(RunStatus.FAILED, 50, "it broke"))
        ranks.begin(1, [("m", 0, 2.0)])
        assert len(list_attempts(conn, RUN)) == 1
        assert get_run(conn, RUN).info.status is RunStatus.FAILED
        assert ranks.steps() == [(0, 1.0), (0, 2.0)]


def test_another_start_is_another_attempt_whoever_comes_first(database):
    with database.write() as conn:
        ranks = Ranks(conn)
        for rank in range(2):
            ranks.begin(rank, [("m", step, 1.0 + rank) for step in range(4)])
        ranks.write(0, end=RunEnd(RunStatus.FAILED, 50, "it broke"))
        ranks.begin(1, [("m", 2, 3.0)], launch="second", started_ms=60)
        assert get_run(conn, RUN).info.status is RunStatus.RUNNING
        ranks.begin(0, [("m", 2, 4.0)], launch="second", started_ms=61)
        assert [one.launch for one in list_attempts(conn, RUN)] == ["first", "second"]
        assert ranks.steps() == [(0, 1.0), (0, 2.0), (1, 1.0), (1, 2.0), (2, 3.0), (2, 4.0)]
        assert ranks.of_rank(0) == [(0, 1.0), (1, 1.0), (2, 4.0)]
        assert ranks.of_rank(1) == [(0, 2.0), (1, 2.0), (2, 3.0)]
        assert ranks.of_rank(1, superseded_of=1) == [(2, 2.0), (3, 2.0)]
        # The straggler of the first start is superseded where it should be.
        ranks.write(1, [("m", 1, 9.0), ("m", 3, 9.0)])
        assert ranks.of_rank(1) == [(0, 2.0), (1, 2.0), (1, 9.0), (2, 3.0)]
        assert ranks.of_rank(1, superseded_of=1) == [(2, 2.0), (3, 2.0), (3, 9.0)]
        assert [(one.attempt, one.rank) for one in list_ranks(conn, RUN)] == [
            (1, 0),
            (1, 1),
            (2, 0),
            (2, 1),
        ]


def test_a_name_of_a_start_that_comes_again_long_after_is_another_attempt(database):
    with database.write() as conn:
        ranks = Ranks(conn)
        ranks.begin(0, [("m", 0, 1.0)])
        ranks.write(0, end=RunEnd(RunStatus.FINISHED, 50))
        for rank in range(2):
            start = RunAttempt(started_ms=LATER_MS + rank, launch="first")
            batch = RunBatch(
                run_id=RUN,
                writer=WriterSpan(f"again-{rank}", 1, 1),
                rank=rank,
                create=CREATION,
                attempt=start,
            )
            apply_batches(conn, [batch])
        assert [one.number for one in list_attempts(conn, RUN)] == [1, 2]
        assert [(one.attempt, one.rank) for one in list_ranks(conn, RUN)] == [
            (1, 0),
            (2, 0),
            (2, 1),
        ]


def test_sending_a_batch_of_a_rank_again_changes_nothing(database):
    with database.write() as conn:
        ranks = Ranks(conn)
        ranks.begin(3, [("m", 1, 1.0)])
        ranks._seqs.clear()
        ranks.begin(3, [("m", 1, 1.0)])
        assert ranks.of_rank(3) == [(1, 1.0)]
        assert len(list_ranks(conn, RUN)) == 1


@pytest.mark.parametrize("rank", [-1, 2**20, 2**62])
def test_a_number_that_no_rank_has_is_refused(rank):
    with pytest.raises(InvalidParameter, match="rank"):
        journal_batch(Batch(run_id=RUN, writer_id="w", first_seq=1, last_seq=1, rank=rank))


def test_an_unknown_run_has_no_ranks(database):
    with database.read() as conn, pytest.raises(RunNotFound):
        list_ranks(conn, "nobody")


writes = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3).map(float)), max_size=4),
    ),
    min_size=1,
    max_size=12,
)


@given(writes)
@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_each_rank_has_what_it_logged_and_the_run_the_union(database, writes):
    expected = {rank: set() for rank in range(4)}
    with database.write() as conn:
        ranks = Ranks(conn, uuid.uuid4().hex)
        for rank in range(4):
            ranks.begin(rank, [("m", -1, 0.0)])
            expected[rank].add((-1, 0.0))
        for rank, points in writes:
            ranks.write(rank, [("m", *point) for point in points])
            expected[rank].update(points)
        for rank in range(4):
            assert ranks.of_rank(rank) == sorted(expected[rank])
        assert ranks.steps() == sorted(set().union(*expected.values()))
