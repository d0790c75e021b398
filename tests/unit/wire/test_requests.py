import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.lifecycle import ViewType
from assay.entities.logged_models import LoggedModelStatus
from assay.entities.runs import RunStatus
from assay.errors import InvalidParameter, MissingParameter
from assay.wire import datasets, experiments, ingest, logged_models, metrics, runs
from assay.wire.requests import MAX_DEPTH, decode_body, decode_packed, decode_query
from assay.wire.table import ENDPOINTS

METRIC = {"run_id": "r", "key": "k", "value": 1.0, "timestamp": 2}


def body(**fields: object) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize("absent", [{}, {"key": None}, {"key": ""}])
def test_absent_null_and_empty_count_as_missing(absent: dict[str, object]) -> None:
    fields = {name: value for name, value in METRIC.items() if name != "key"}
    with pytest.raises(MissingParameter, match="Missing value for required parameter 'key'"):
        decode_body(runs.LOG_METRIC, body(**fields, **absent))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"run_id": 31}, "Invalid value 31 for parameter 'run_id' supplied"),
        ({"step": "foo"}, "Invalid value \"foo\" for parameter 'step' supplied"),
        ({"step": 1.5}, "Invalid value 1.5 for parameter 'step' supplied"),
        ({"step": 2**63}, "Invalid value 9223372036854775808 for parameter 'step' supplied"),
        ({"timestamp": True}, "Invalid value true for parameter 'timestamp' supplied"),
        ({"value": "high"}, "Invalid value \"high\" for parameter 'value' supplied"),
        ({"value": [1]}, "Invalid value [1] for parameter 'value' supplied"),
        ({"value": "1e999"}, "Invalid value \"1e999\" for parameter 'value' supplied"),
        ({"value": float("nan")}, "Invalid value NaN for parameter 'value' supplied"),
    ],
)
def test_a_wrong_type_is_named_with_its_value_as_json(
    fields: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidParameter) as raised:
        decode_body(runs.LOG_METRIC, body(**{**METRIC, **fields}))
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("given_value", "read"), [("3", 3), (3.0, 3), ("3.0", 3), (-7, -7), (str(2**63 - 1), 2**63 - 1)]
)
def test_whole_numbers_may_come_as_text_or_with_a_point(given_value: object, read: int) -> None:
    assert decode_body(runs.LOG_METRIC, body(**METRIC, step=given_value)).step == read


@pytest.mark.parametrize("spelling", ["NaN", "Infinity", "-Infinity", "1.5", "-2e3"])
def test_floats_may_come_as_text(spelling: str) -> None:
    read = decode_body(runs.LOG_METRIC, body(**{**METRIC, "value": spelling})).value
    assert repr(read) == repr(float(spelling))


def test_nested_fields_are_named_with_their_place() -> None:
    given_metrics = [{"key": "a", "value": 1, "timestamp": 1}, {"key": "b", "value": 1}]
    with pytest.raises(MissingParameter, match=r"'metrics\[1\].timestamp'"):
        decode_body(runs.LOG_BATCH, body(run_id="r", metrics=given_metrics))


@pytest.mark.parametrize("field", ["metrics", "params", "tags"])
def test_a_list_that_is_none_is_refused(field: str) -> None:
    with pytest.raises(InvalidParameter, match=f"Invalid value \"foo\" for parameter '{field}'"):
        decode_body(runs.LOG_BATCH, body(run_id="r", **{field: "foo"}))


def test_a_metric_needs_no_step_and_a_param_and_tag_no_value() -> None:
    batch = decode_body(
        runs.LOG_BATCH,
        body(
            run_id="r",
            metrics=[{"key": "m", "value": 1, "timestamp": 1, "step": None}],
            params=[{"key": "p"}],
            tags=[{"key": "t"}],
        ),
    )
    assert (batch.metrics[0].step, batch.params[0].value, batch.tags[0].value) == (0, "", "")


def test_unknown_fields_are_passed_over() -> None:
    assert decode_body(runs.LOG_METRIC, body(**METRIC, colour="red")).key == "k"


def test_run_uuid_stands_for_run_id() -> None:
    assert decode_body(runs.GET, body(run_uuid="r")).run_id == "r"
    assert decode_query(runs.GET, [("run_uuid", "r")]).run_id == "r"


def test_camel_case_names_are_known_at_the_top_and_inside() -> None:
    assert decode_body(runs.GET, body(runId="r")).run_id == "r"
    batch = decode_body(
        runs.LOG_BATCH,
        body(runId="r", metrics=[{"key": "m", "value": 1, "timestamp": 1, "modelId": "m-1"}]),
    )
    assert batch.metrics[0].model_id == "m-1"
    inputs = decode_body(
        datasets.LOG_INPUTS,
        body(run_id="r", datasets=[{"dataset": {"name": "d", "sourceType": "local"}}]),
    )
    assert inputs.datasets[0].dataset.source_type == "local"


@pytest.mark.parametrize("given_status", ["FINISHED", 3, "3"])
def test_an_enum_comes_as_name_or_number(given_status: object) -> None:
    request = decode_body(runs.UPDATE, body(run_id="r", status=given_status))
    assert request.status is RunStatus.FINISHED


def test_an_unknown_enum_counts_as_not_given() -> None:
    assert decode_body(runs.UPDATE, body(run_id="r", status="DONE")).status is None
    search = decode_body(runs.SEARCH, body(run_view_type="EVERYTHING"))
    assert search.run_view_type is ViewType.ACTIVE_ONLY


def test_an_unknown_enum_that_is_required_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        decode_body(logged_models.FINALIZE, body(status="DONE"), {"model_id": "m-1"})


@pytest.mark.parametrize("given_status", ["LOGGED_MODEL_READY", "READY", 2])
def test_a_logged_model_status_comes_in_each_spelling(given_status: object) -> None:
    request = decode_body(logged_models.FINALIZE, body(status=given_status), {"model_id": "m-1"})
    assert request.status is LoggedModelStatus.READY


def test_values_in_the_path_win_over_the_body() -> None:
    request = decode_body(logged_models.GET, body(model_id="m-2"), {"model_id": "m-1"})
    assert request.model_id == "m-1"


def test_json_encoded_twice_is_decoded_twice() -> None:
    assert decode_body(runs.GET, json.dumps(json.dumps({"run_id": "r"})).encode()).run_id == "r"


@pytest.mark.parametrize("broken", [b"", b"{", b"run_id=r", b"{'run_id': 'r'}", b"\x00"])
def test_broken_json_counts_as_empty(broken: bytes) -> None:
    with pytest.raises(MissingParameter, match="'run_id'"):
        decode_body(runs.GET, broken)


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'"{}"', b'{"run_id": "\xff"}'])
def test_our_own_area_refuses_broken_json(broken: bytes) -> None:
    with pytest.raises(InvalidParameter):
        decode_body(ingest.HEARTBEAT, broken)


@pytest.mark.parametrize("top", [b"[]", b"3", b"null", b"true"])
def test_what_is_no_object_is_refused(top: bytes) -> None:
    with pytest.raises(InvalidParameter):
        decode_body(runs.CREATE, top)


@pytest.mark.parametrize(
    "ugly",
    [
        b'{"user_id": "\xff"}',
        b'{"user_id": "\\ud800"}',
        b'{"user_id": "a\\u0000b"}',
        b'{"user_id": "a", "user_id": "b", "x": 1}',
        b'{"start_time": 1' + b"0" * 5000 + b"}",
    ],
)
def test_text_that_cannot_be_stored_and_doubtful_json_is_refused(ugly: bytes) -> None:
    with pytest.raises(InvalidParameter):
        decode_body(runs.CREATE, ugly)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 2000, 200_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_deep_nesting_is_refused_quickly(depth: int, opening: bytes, closing: bytes) -> None:
    deep = b'{"x": ' + opening * depth + b"1" + closing * depth + b"}"
    with pytest.raises(InvalidParameter, match="nests deeper"):
        decode_body(runs.CREATE, deep)


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert decode_body(runs.CREATE, b'{"user_id": "\\\\u0000"}').user_id == "\\u0000"


def test_repeated_names_in_a_query_make_a_list() -> None:
    request = decode_query(
        metrics.GET_HISTORY_BULK, [("run_id", "a"), ("run_id", "b"), ("metric_key", "m")]
    )
    assert request.run_id == ("a", "b")


def test_numbers_and_enums_in_a_query_are_read() -> None:
    request = decode_query(
        experiments.SEARCH, [("max_results", "5"), ("view_type", "ALL"), ("other", "x")]
    )
    assert (request.max_results, request.view_type) == (5, ViewType.ALL)


def test_msgpack_that_is_no_batch_is_refused() -> None:
    for packed in (b"", b"\xc1", b"\x80", b"\x81\xa1a\x01", b"\xdc\xff\xff"):
        with pytest.raises(InvalidParameter):
            decode_packed(ingest.INGEST, packed)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.data())
def test_any_json_becomes_a_request_or_an_error_of_ours(data: st.DataObject) -> None:
    endpoint = data.draw(st.sampled_from(sorted(ENDPOINTS.values(), key=lambda row: row.name)))
    names = st.sampled_from([*endpoint.request.__struct_encode_fields__, "other"])
    fields = data.draw(st.dictionaries(names, JSON_VALUES, max_size=6))
    with contextlib.suppress(InvalidParameter):
        decode_body(endpoint, json.dumps(fields).encode())


@given(st.binary(max_size=200))
def test_any_bytes_become_a_request_or_an_error_of_ours(content: bytes) -> None:
    for endpoint in (runs.LOG_BATCH, ingest.HEARTBEAT):
        with contextlib.suppress(InvalidParameter):
            decode_body(endpoint, content)
