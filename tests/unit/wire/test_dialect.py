import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.metrics import MAX_FINITE, Metric
from assay.errors import RemoteError
from assay.wire import experiments, ingest, metrics, runs
from assay.wire.dialect import decode_message, encode_body, encode_message, query_pairs
from assay.wire.requests import decode_body, decode_query

FLOATS = st.floats(allow_nan=True, allow_infinity=True)
METRICS = st.builds(
    Metric,
    key=st.text(min_size=1, max_size=20).filter(lambda text: "\x00" not in text),
    value=FLOATS,
    timestamp=st.integers(0, 2**63 - 1),
    step=st.integers(-(2**63), 2**63 - 1),
    model_id=st.none() | st.just("m-1"),
)


def same(first: float, second: float) -> bool:
    return first == second or (math.isnan(first) and math.isnan(second))


@given(st.lists(METRICS, max_size=5))
def test_what_is_encoded_exactly_decodes_to_itself(given_metrics: list[Metric]) -> None:
    history = metrics.History(metrics=tuple(given_metrics))
    decoded = decode_message(encode_message(history, exact=True), metrics.History)
    assert all(
        same(before.value, after.value)
        and msgspec.structs.replace(after, value=0.0) == msgspec.structs.replace(before, value=0.0)
        for before, after in zip(history.metrics, decoded.metrics, strict=True)
    )


@given(st.lists(METRICS, max_size=5))
def test_a_batch_that_our_client_encodes_arrives_as_it_was(given_metrics: list[Metric]) -> None:
    batch = runs.LogBatch(run_id="r", metrics=tuple(given_metrics))
    decoded = decode_body(runs.LOG_BATCH, encode_body(runs.LOG_BATCH, batch))
    assert repr(decoded) == repr(batch)


@pytest.mark.parametrize(
    ("value", "shown"), [(math.nan, "NaN"), (math.inf, MAX_FINITE), (-math.inf, -MAX_FINITE)]
)
def test_compatible_clients_see_nan_as_text_and_infinities_clamped(
    value: float, shown: object
) -> None:
    message = metrics.History(metrics=(Metric("m", value, 1, 2),))
    written = json.loads(encode_message(message, exact=False))
    assert written == {"metrics": [{"key": "m", "value": shown, "timestamp": 1, "step": 2}]}


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_our_client_sees_infinities_exactly(value: float) -> None:
    message = metrics.History(metrics=(Metric("m", value, 1),))
    assert decode_message(encode_message(message, exact=True), metrics.History) == message


def test_the_word_null_in_a_value_survives() -> None:
    message = runs.LogParam(run_id="r", key="k", value=":null")
    assert json.loads(encode_message(message, exact=False))["value"] == ":null"


def test_unset_fields_and_empty_lists_are_left_out_and_step_zero_is_written() -> None:
    message = metrics.History(metrics=(Metric("m", 1.0, 1),))
    assert encode_message(message, exact=False) == (
        b'{"metrics":[{"key":"m","value":1.0,"timestamp":1,"step":0}]}'
    )
    assert encode_message(metrics.History(), exact=False) == b"{}"


def test_an_answer_that_is_not_json_is_a_remote_error() -> None:
    with pytest.raises(RemoteError):
        decode_message(b"<html>", metrics.History)


def test_query_pairs_repeat_lists_and_come_back_as_they_were() -> None:
    request = metrics.GetHistoryInterval(
        run_ids=("a", "b"), metric_key="m", start_step=-1, end_step=5
    )
    assert ("run_ids", "b") in query_pairs(request)
    assert decode_query(metrics.GET_HISTORY_INTERVAL, query_pairs(request)) == request


def test_binary_endpoints_travel_as_msgpack() -> None:
    batch = ingest.Batch(run_id="r", writer_id="w", first_seq=1, last_seq=2)
    encoded = encode_body(ingest.INGEST, batch)
    assert msgspec.msgpack.decode(encoded, type=ingest.Batch) == batch


def test_enums_travel_as_numbers_or_names() -> None:
    by_number = experiments.SearchExperiments(max_results=1)
    encoded = encode_message(by_number, exact=True)
    assert decode_body(experiments.SEARCH, encoded) == by_number
