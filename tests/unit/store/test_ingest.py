"""From a journal's delivery to a batch."""

import pytest

from assay.entities.metrics import Metric
from assay.entities.runs import Param, RunTag
from assay.errors import InvalidParameter
from assay.store.ingest import journal_batch
from assay.wire.chunk import columns_of, encode_chunk
from assay.wire.ingest import Batch, RunCreation, SequencedParam


def delivery(**changes):
    contents = {"run_id": "a" * 32, "writer_id": "w", "first_seq": 1, "last_seq": 3}
    return Batch(**contents | changes)


def test_delivery_becomes_a_batch():
    columns = columns_of([Metric("m", 1.0, 2, 3)])
    batch = journal_batch(
        delivery(
            metrics=encode_chunk(columns),
            params=(SequencedParam(2, Param("p", "x" * 7000)),),
            tags=(RunTag("t", "1"),),
        )
    )
    assert list(batch.metrics.value) == [1.0]
    assert (batch.params, batch.param_seqs) == ([Param("p", "x" * 7000)], [2])
    assert batch.tags == [RunTag("t", "1")]
    assert (batch.writer.first_seq, batch.writer.last_seq) == (1, 3)


def test_params_and_tags_that_break_a_rule_are_refused_alone():
    batch = journal_batch(
        delivery(
            params=(SequencedParam(1, Param("$", "1")), SequencedParam(2, Param("p", "1"))),
            tags=(RunTag("$", "1"), RunTag("t", "1")),
        )
    )
    assert batch.params == [Param("p", "1")]
    assert batch.tags == [RunTag("t", "1")]
    assert [record.seq for record in batch.refused] == [1, 3]


@pytest.mark.parametrize(
    "changes",
    [
        {"run_id": "../x"},
        {"writer_id": ""},
        {"writer_id": "w" * 257},
        {"first_seq": 0},
        {"first_seq": 4},
        {"last_seq": 2**63},
        {"metrics": b"no chunk"},
        {"metrics": encode_chunk(columns_of([Metric("$", 1.0, 2, 3)]))},
        {"create": RunCreation(run_name="n", start_time=1, experiment_name=" ")},
        {"create": RunCreation(run_name="n\x00", start_time=1)},
    ],
)
def test_delivery_that_makes_no_sense_is_refused(changes):
    with pytest.raises(InvalidParameter):
        journal_batch(delivery(**changes))
