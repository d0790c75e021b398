"""Nested, long and typed params, and their amendments, wherever runs are logged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import assay
from assay.errors import ParamConflict
from fluent_places import Place, places

TYPED = {
    "text": "0.1",
    "number": 0.1,
    "whole": 3,
    "yes": True,
    "nothing": None,
    "layers": [64, 32],
    "pair": (1, "a"),
    "empty": {},
    "infinite": float("inf"),
}


@pytest.fixture(params=["embedded", "server", "offline"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with places(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with places("plain server", tmp_path) as made:
        yield made


def test_values_come_back_with_their_types_and_as_text_for_others(place):
    with assay.start_run() as run:
        assay.log_params(TYPED)
    client = place.client()
    found = client.get_params(run.info.run_id)
    assert found == TYPED
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in TYPED.items()
    }
    texts = client.get_run(run.info.run_id).data.params
    assert texts == {key: str(value) for key, value in TYPED.items()}


def test_nested_params_have_dotted_keys(place):
    with assay.start_run() as run:
        assay.log_params({"optimizer": {"name": "adam", "schedule": {"warmup": 100}}})
        assay.log_param("model", {"depth": 2})
    assert place.client().get_params(run.info.run_id) == {
        "optimizer.name": "adam",
        "optimizer.schedule.warmup": 100,
        "model.depth": 2,
    }


def test_a_million_characters_are_kept(place):
    text = "é" * 1_000_000
    with assay.start_run() as run:
        assay.log_param("prompt", text)
    assert place.get_run(run.info.run_id).data.params["prompt"] == text


def test_an_amended_param_has_the_new_value_and_keeps_its_history(place):
    with assay.start_run() as run:
        assay.log_param("rate", 0.1)
        assay.amend_param("rate", 0.01, reason="typed in wrong")
        assay.amend_param("rate", 0.02)
    client = place.client()
    run_id = run.info.run_id
    assert client.get_run(run_id).data.params == {"rate": "0.02"}
    assert client.get_params(run_id) == {"rate": 0.02}
    first, second = client.get_param_amendments(run_id)
    assert (first.old_value, first.new_value, first.reason) == ("0.1", "0.01", "typed in wrong")
    assert (second.old_value, second.old_type, second.reason) == ("0.01", "float", None)
    assert first.timestamp <= second.timestamp


def test_after_an_amendment_only_the_new_value_may_be_logged_again(place):
    with assay.start_run():
        assay.log_param("rate", 0.1)
        assay.amend_param("rate", 0.01)
        assay.log_param("rate", 0.01)
        with pytest.raises(ParamConflict):
            assay.log_param("rate", 0.1)


def test_searches_see_the_amended_value(place):
    with assay.start_run() as run:
        assay.log_param("rate", 0.1)
        assay.amend_param("rate", 0.01)
    client = place.client()
    found = client.search_runs(["0"], "params.rate = '0.01'")
    assert [each.info.run_id for each in found] == [run.info.run_id]
    assert not client.search_runs(["0"], "params.rate = '0.1'")


def test_a_finished_run_can_be_amended(place):
    with assay.start_run() as run:
        assay.log_param("rate", 0.1)
    client = place.client()
    client.amend_param(run.info.run_id, "rate", 0.2, reason="read from the log")
    assert client.get_params(run.info.run_id) == {"rate": 0.2}
    assert client.get_run(run.info.run_id).info.status == "FINISHED"


def test_a_plain_server_keeps_the_first_value_and_gives_texts(plain):
    with assay.start_run() as run:
        assay.log_params({"a": {"rate": 0.1}})
        assay.amend_param("a.rate", 0.2)
    assert plain.client().get_params(run.info.run_id) == {"a.rate": "0.1"}
