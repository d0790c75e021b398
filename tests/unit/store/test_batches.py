"""What requests log to runs, alone and in groups."""

import itertools
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.entities.datasets import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
)
from assay.entities.metrics import Metric
from assay.entities.runs import Param, RunStatus, RunTag
from assay.errors import (
    InactiveExperiment,
    InactiveRun,
    InvalidParameter,
    ParamConflict,
    RunNotFound,
    SequenceGap,
)
from assay.store.batches import apply_batches, get_mark
from assay.store.experiments import create_experiment, delete_experiment, get_experiment_by_name
from assay.store.logged_models import create_logged_model, get_logged_model
from assay.store.run_batch import RunBatch, WriterSpan
from assay.store.runs import create_run, delete_run, get_run
from assay.wire.chunk import columns_of
from assay.wire.ingest import RunCreation, RunEnd
from statements import counted_statements


def new_run(conn, **changes):
    return create_run(conn, **{"experiment_id": "0"} | changes).info.run_id


def apply(conn, **contents):
    """Apply one batch and return its receipt, or raise what refused it."""
    [answer] = apply_batches(conn, [RunBatch(**contents)])
    if isinstance(answer, Exception):
        raise answer
    return answer


def span(first, last, writer_id="w"):
    return WriterSpan(writer_id, first, last)


def test_everything_of_a_batch_is_found_on_its_run(database):
    use = DatasetInput(Dataset("d", "1", "local", "{}"), (InputTag("b", "2"), InputTag("a", "1")))
    with database.write() as conn:
        run_id = new_run(conn)
        receipt = apply(
            conn,
            run_id=run_id,
            metrics=columns_of([Metric("m", 1.0, 10, 1), Metric("m", 2.0, 20, 2)]),
            params=[Param("p", "")],
            tags=[RunTag("t", "old"), RunTag("t", "new")],
            dataset_inputs=[use],
            model_inputs=[LoggedModelInput("m-1")],
            model_outputs=[LoggedModelOutput("m-2", 3)],
            end=RunEnd(RunStatus.FINISHED, 99),
        )
        run = get_run(conn, run_id)
    assert receipt.experiment_id == "0"
    assert run.data.metric_list == (Metric("m", 2.0, 20, 2),)
    assert run.data.params == {"p": ""}
    assert run.data.tags["t"] == "new"
    assert run.inputs.dataset_inputs == (use,)
    assert run.inputs.model_inputs == (LoggedModelInput("m-1"),)
    assert run.outputs.model_outputs == (LoggedModelOutput("m-2", 3),)
    assert (run.info.status, run.info.end_time) == (RunStatus.FINISHED, 99)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 5e-324])
def test_latest_metric_value_is_exact(database, value):
    with database.write() as conn:
        run_id = new_run(conn)
        apply(conn, run_id=run_id, metrics=columns_of([Metric("m", value, 1)]))
        found = get_run(conn, run_id).data.metrics["m"]
    assert repr(found) == repr(value)


def test_batch_on_an_unknown_run_is_not_found(database):
    with database.write() as conn, pytest.raises(RunNotFound):
        apply(conn, run_id="x")


def test_batch_on_a_deleted_run_is_refused(database):
    with database.write() as conn:
        run_id = new_run(conn)
        delete_run(conn, run_id, now_ms=1)
        with pytest.raises(InactiveRun):
            apply(conn, run_id=run_id)


def test_param_may_be_repeated_but_not_changed(database):
    with database.write() as conn:
        run_id = new_run(conn)
        apply(conn, run_id=run_id, params=[Param("p", "1")])
        apply(conn, run_id=run_id, params=[Param("p", "1")])
        with pytest.raises(ParamConflict, match="Param with key='p' was already logged"):
            apply(conn, run_id=run_id, params=[Param("p", "2")])


def test_refused_batch_leaves_no_trace(database):
    with database.write() as conn:
        run_id = new_run(conn)
        apply(conn, run_id=run_id, params=[Param("p", "1")])
        before = get_run(conn, run_id)
        with pytest.raises(ParamConflict):
            apply(
                conn,
                run_id=run_id,
                params=[Param("new", "1"), Param("p", "2")],
                metrics=columns_of([Metric("m", 1.0, 1)]),
                tags=[RunTag("t", "1")],
            )
        assert get_run(conn, run_id) == before


def test_params_of_one_group_conflict_with_each_other(database):
    with database.write() as conn:
        run_id = new_run(conn)
        batches = [RunBatch(run_id=run_id, params=[Param("p", value)]) for value in "112"]
        answers = apply_batches(conn, batches)
        assert [isinstance(answer, ParamConflict) for answer in answers] == [False, False, True]
        assert get_run(conn, run_id).data.params == {"p": "1"}


def test_name_tag_renames_the_run(database):
    with database.write() as conn:
        run_id = new_run(conn, run_name="old")
        apply(conn, run_id=run_id, tags=[RunTag("mlflow.runName", "new")])
        assert get_run(conn, run_id).info.run_name == "new"


def test_tags_are_deleted_before_new_ones_are_set(database):
    with database.write() as conn:
        run_id = new_run(conn, tags=[RunTag("a", "1"), RunTag("b", "1")])
        apply(conn, run_id=run_id, deleted_tags=["a", "b", "never set"], tags=[RunTag("b", "2")])
        tags = get_run(conn, run_id).data.tags
    assert "a" not in tags
    assert tags["b"] == "2"


def test_metric_of_an_unknown_model_is_refused(database):
    with database.write() as conn:
        run_id = new_run(conn)
        with pytest.raises(InvalidParameter):
            apply(conn, run_id=run_id, metrics=columns_of([Metric("m", 1.0, 1, model_id="m-x")]))


def test_metric_of_a_model_belongs_to_run_and_model(database):
    with database.write() as conn:
        run_id = new_run(conn)
        model_id = create_logged_model(conn, experiment_id="0", now_ms=1).model_id
        metric = Metric("m", 1.0, 5, 2, model_id, "data", "1")
        apply(conn, run_id=run_id, metrics=columns_of([metric]))
        assert get_run(conn, run_id).data.metric_list == (Metric("m", 1.0, 5, 2),)
        [found] = get_logged_model(conn, model_id).data.metrics
    assert found == Metric("m", 1.0, 5, 2, model_id, "data", "1", run_id)


def test_journal_metric_of_an_unknown_model_is_kept_for_its_run(database):
    metrics = [Metric("m", 1.0, 5, 2, "m-x"), Metric("m", 2.0, 6, 3)]
    with database.write() as conn:
        run_id = new_run(conn)
        receipt = apply(conn, run_id=run_id, metrics=columns_of(metrics), writer=span(1, 2))
        assert get_run(conn, run_id).data.metrics == {"m": 2.0}
    [refused] = receipt.refused
    assert refused.seq == 2
    assert "m-x" in refused.message


def test_records_sent_again_change_nothing(database):
    with database.write() as conn:
        run_id = new_run(conn)
        batch = {
            "run_id": run_id,
            "writer": span(1, 3),
            "model_outputs": [LoggedModelOutput("m-1")],
            "params": [Param("p", "1")],
            "param_seqs": [2],
        }
        first = apply(conn, **batch)
        before = get_run(conn, run_id)
        again = apply(conn, **batch)
        assert get_run(conn, run_id) == before
        assert get_mark(conn, run_id, "w") == 3
    assert first.applied_seq == again.applied_seq == 3


@pytest.mark.parametrize(("first", "last"), [(2, 5), (5, 6), (1, 4)])
def test_records_that_do_not_follow_on_are_refused(database, first, last):
    with database.write() as conn:
        run_id = new_run(conn)
        apply(conn, run_id=run_id, writer=span(1, 3))
        with pytest.raises(SequenceGap) as caught:
            apply(conn, run_id=run_id, writer=span(first, last))
    assert caught.value.expected_seq == 4


def test_writers_of_one_run_count_by_themselves(database):
    with database.write() as conn:
        run_id = new_run(conn)
        answers = apply_batches(
            conn,
            [
                RunBatch(run_id=run_id, writer=span(1, 2, "a")),
                RunBatch(run_id=run_id, writer=span(1, 1, "b")),
                RunBatch(run_id=run_id, writer=span(3, 9, "a")),
            ],
        )
        marks = [get_mark(conn, run_id, writer_id) for writer_id in "abc"]
    assert [answer.applied_seq for answer in answers] == [2, 1, 9]
    assert marks == [9, 1, 0]


def test_journal_batch_keeps_all_but_the_params_that_conflict(database):
    with database.write() as conn:
        run_id = new_run(conn)
        receipt = apply(
            conn,
            run_id=run_id,
            writer=span(1, 4),
            params=[Param("a", "1"), Param("a", "2"), Param("b", "1"), Param("a", "1")],
            param_seqs=[1, 2, 3, 4],
        )
        assert get_run(conn, run_id).data.params == {"a": "1", "b": "1"}
    [refused] = receipt.refused
    assert (refused.seq, refused.error_code) == (2, "INVALID_PARAMETER_VALUE")
    assert receipt.applied_seq == 4


def test_announced_run_is_created_with_its_id_and_experiment(database):
    creation = RunCreation(
        experiment_name="offline", experiment_id="123", run_name="n", start_time=5, user_id="me"
    )
    with database.write() as conn:
        receipt = apply(conn, run_id="a" * 32, writer=span(1, 1), create=creation)
        again = apply(conn, run_id="a" * 32, writer=span(1, 1), create=creation)
        run = get_run(conn, "a" * 32)
        assert get_experiment_by_name(conn, "offline").experiment_id == "123"
    assert receipt.experiment_id == again.experiment_id == run.info.experiment_id == "123"
    assert (run.info.run_name, run.info.start_time, run.info.user_id) == ("n", 5, "me")


def test_announced_run_of_a_deleted_experiment_is_refused_alone(database):
    creation = RunCreation(experiment_name="gone", run_name="n", start_time=5)
    with database.write() as conn:
        gone = create_experiment(conn, name="gone", now_ms=1)
        delete_experiment(conn, gone, now_ms=2)
        run_id = new_run(conn)
        refused, kept = apply_batches(
            conn,
            [
                RunBatch(run_id="b" * 32, create=creation, writer=span(1, 1)),
                RunBatch(run_id=run_id, tags=[RunTag("t", "1")]),
            ],
        )
    assert isinstance(refused, InactiveExperiment)
    assert kept.experiment_id == "0"


def full_batch(run_id, seq):
    return RunBatch(
        run_id=run_id,
        metrics=columns_of([Metric(f"m{n}", 1.0, n, n) for n in range(5)]),
        params=[Param(f"p{n}", "1") for n in range(5)],
        param_seqs=[seq] * 5,
        tags=[RunTag(f"t{n}", "1") for n in range(5)],
        dataset_inputs=[DatasetInput(Dataset("d", run_id, "local", "{}"))],
        end=RunEnd(RunStatus.FINISHED, 1),
        writer=span(seq, seq),
    )


def test_number_of_statements_does_not_grow_with_the_group(database):
    counts = []
    for n_runs in (2, 40):
        with database.write() as conn:
            runs = [new_run(conn) for _ in range(n_runs)]
            apply_batches(conn, [full_batch(run_id, 1) for run_id in runs])
            with counted_statements(conn) as ran:
                answers = apply_batches(conn, [full_batch(run_id, 2) for run_id in runs])
            assert {answer.applied_seq for answer in answers} == {2}
            counts.append(len(ran))
    assert counts[0] == counts[1]
    assert counts[0] < 30


steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12")), max_size=3),
    ),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps, st.lists(st.integers(1, 12), max_size=6))
def test_groups_of_any_size_give_what_single_batches_give(sqlite_database, logged, cuts):
    def run_in(groups):
        with sqlite_database.write() as conn:
            runs = [new_run(conn) for _ in range(3)]
            answers = []
            for group in groups:
                batches = [
                    RunBatch(run_id=runs[place], params=[Param(*item) for item in items])
                    for place, items in group
                ]
                answers += apply_batches(conn, batches) if batches else []
            kept = [get_run(conn, run_id).data.params for run_id in runs]
            return [type(answer) for answer in answers], kept

    edges = sorted({0, len(logged), *(cut for cut in cuts if cut < len(logged))})
    pieces = [logged[start:end] for start, end in itertools.pairwise([*edges, len(logged)])]
    assert run_in(pieces) == run_in([[step] for step in logged])
