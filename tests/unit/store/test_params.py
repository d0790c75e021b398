"""Typed params and their amendments in the store."""

import pytest

from assay.entities.runs import Param
from assay.entities.typed_values import TypedParam
from assay.errors import RunNotFound
from assay.store.batches import apply_batches
from assay.store.ingest import journal_batch
from assay.store.params import get_params
from assay.wire.ingest import Batch, RunCreation, SequencedAmendment, SequencedParam
from statements import counted_statements

RUN = "a" * 32


def deliver(conn, **contents):
    """Apply one delivery, which creates the run if there is none."""
    creation = RunCreation(run_name="n", start_time=1, experiment_id="0")
    whole = {"run_id": RUN, "writer_id": "w", "create": creation, **contents}
    (receipt,) = apply_batches(conn, [journal_batch(Batch(**whole))])
    return receipt


def amendment(seq, key, value, reason=None):
    return SequencedAmendment(seq, key, value, "float", 1000 + seq, reason)


def test_a_param_and_its_amendment_may_come_in_one_batch(database):
    with database.write() as conn:
        deliver(
            conn,
            first_seq=1,
            last_seq=3,
            params=(SequencedParam(1, Param("rate", "1"), "int"),),
            amendments=(amendment(2, "rate", "0.1", "why"), amendment(3, "rate", "0.2")),
        )
        found = get_params(conn, RUN)
    assert found.params == (TypedParam("rate", "0.2", "float"),)
    assert [(each.old_value, each.old_type, each.new_value) for each in found.amendments] == [
        ("1", "int", "0.1"),
        ("0.1", "float", "0.2"),
    ]


def test_a_batch_that_comes_twice_amends_once(database):
    with database.write() as conn:
        params = (SequencedParam(1, Param("rate", "1")),)
        deliver(conn, first_seq=1, last_seq=1, params=params)
        for _ in range(2):
            deliver(conn, first_seq=2, last_seq=2, amendments=(amendment(2, "rate", "0.1"),))
        assert len(get_params(conn, RUN).amendments) == 1


def test_a_param_that_is_not_there_cannot_be_amended(database):
    with database.write() as conn:
        receipt = deliver(conn, first_seq=1, last_seq=1, amendments=(amendment(1, "rate", "1"),))
        assert [(record.seq, record.error_code) for record in receipt.refused] == [
            (1, "RESOURCE_DOES_NOT_EXIST")
        ]
        assert get_params(conn, RUN).params == ()


def test_unknown_types_are_text(database):
    with database.write() as conn:
        params = (SequencedParam(1, Param("p", "1"), "pickle"),)
        deliver(conn, first_seq=1, last_seq=1, params=params)
        assert get_params(conn, RUN).params == (TypedParam("p", "1", None),)


def test_reading_params_takes_three_statements_however_many_there_are(database):
    with database.write() as conn:
        params = tuple(SequencedParam(1, Param(f"p{place}", "1")) for place in range(50))
        deliver(conn, first_seq=1, last_seq=1, params=params)
        with counted_statements(conn) as ran:
            assert len(get_params(conn, RUN).params) == 50
    assert len(ran) == 3


def test_params_of_no_run_are_not_found(database):
    with database.read() as conn, pytest.raises(RunNotFound):
        get_params(conn, "b" * 32)
