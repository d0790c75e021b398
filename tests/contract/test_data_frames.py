"""Runs and histories as data frames: every library, everywhere, equal to the runs one by one."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import assay
from assay.client import data_frames
from assay.errors import InvalidParameter, NotFound
from fluent_places import Place, places

ATTRIBUTES = ["run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"]


@pytest.fixture(params=["embedded", "server", "plain server"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    with places(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def logged(place: Place) -> list[str]:
    """Three runs that differ in what they have; their ids, the latest first."""
    ids = []
    for number in range(3):
        with assay.start_run(run_name=f"run-{number}") as run:
            assay.log_param("lr", number / 10)
            if number != 1:
                assay.log_param("kind", "forest")
                assay.log_metric("loss", [0.5, 0, math.nan][number], step=3, timestamp=7)
            assay.log_metric("only", number, timestamp=number)
            assay.set_tag("team", "blau-ä")
        ids.insert(0, run.info.run_id)
    return ids


def in_order(library: str) -> Any:
    return assay.search_runs(
        experiment_ids=["0"], order_by=["attributes.run_name DESC"], output_format=library
    )


def test_a_frame_has_the_columns_in_order_of_meeting(logged: list[str]) -> None:
    frame = in_order("pandas")
    assert list(frame.columns[:6]) == ATTRIBUTES
    kinds = [name.partition(".")[0] for name in frame.columns[6:]]
    assert kinds == sorted(kinds)
    assert set(frame.columns) >= {"metrics.loss", "metrics.only", "params.lr", "tags.team"}
    assert list(frame["run_id"]) == logged


def test_a_pandas_frame_has_the_values_of_the_runs(logged: list[str]) -> None:
    frame = in_order("pandas")
    runs = in_order("list")
    assert list(frame["metrics.loss"].map(repr)) == ["nan", "nan", "0.5"]
    assert list(frame["params.kind"]) == ["forest", None, "forest"]
    assert list(frame["tags.team"]) == ["blau-ä"] * 3
    assert [moment.value // 10**6 for moment in frame["start_time"]] == [
        run.info.start_time for run in runs
    ]
    assert str(frame["end_time"].dt.tz) == "UTC"
    assert list(frame["status"]) == ["FINISHED"] * 3


def test_a_polars_frame_tells_nan_from_missing(logged: list[str]) -> None:
    frame = in_order("polars")
    assert isinstance(frame, pl.DataFrame)
    nan, missing, number = frame["metrics.loss"].to_list()
    assert (math.isnan(nan), missing, number) == (True, None, 0.5)
    assert frame["params.kind"].to_list() == ["forest", None, "forest"]
    assert frame["start_time"].dtype == pl.Datetime("ms", "UTC")


def test_an_arrow_table_tells_nan_from_missing(logged: list[str]) -> None:
    table = in_order("arrow")
    assert isinstance(table, pa.Table)
    nan, missing, number = table["metrics.loss"].to_pylist()
    assert (math.isnan(nan), missing, number) == (True, None, 0.5)
    assert table.schema.field("end_time").type == pa.timestamp("ms", tz="UTC")


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_pages_are_joined_to_the_whole(
    logged: list[str], monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    whole = in_order(library)
    monkeypatch.setattr(data_frames, "PAGE_SIZE", 1)
    paged = in_order(library)
    assert repr(paged) == repr(whole)


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_without_runs_a_frame_has_its_six_columns(place: Place, library: str) -> None:
    frame = in_order(library)
    names = frame.column_names if library == "arrow" else list(frame.columns)
    assert names == ATTRIBUTES
    assert len(frame) == 0


def test_as_many_runs_come_as_are_asked_for(logged: list[str]) -> None:
    frame = assay.search_runs(max_results=2, order_by=["attributes.run_name DESC"])
    assert list(frame["run_id"]) == logged[:2]


def test_a_filter_holds_for_frames(logged: list[str]) -> None:
    frame = assay.search_runs(filter_string="params.lr = '0.1'", output_format="polars")
    assert frame["run_id"].to_list() == [logged[1]]


def test_histories_come_with_a_row_for_each_point(logged: list[str]) -> None:
    frame = assay.history_frame(logged[1:], library="polars")
    assert frame.select("run_id", "key", "step", "value").rows() == [
        (logged[1], "only", 0, 1.0),
        (logged[2], "loss", 3, 0.5),
        (logged[2], "only", 0, 0.0),
    ]
    assert frame["timestamp"][1] == datetime(1970, 1, 1, 0, 0, 0, 7000, tzinfo=UTC)


def test_histories_of_chosen_metrics_alone(logged: list[str]) -> None:
    frame = assay.history_frame(logged, "loss")
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["key"]) == ["loss"] * 2


def test_histories_of_an_unknown_run_are_refused(place: Place) -> None:
    with pytest.raises(NotFound):
        assay.history_frame("f" * 32)


def test_an_unknown_library_is_refused(place: Place) -> None:
    with pytest.raises(InvalidParameter, match="Unsupported output format: cobol"):
        assay.search_runs(output_format="cobol")  # type: ignore[arg-type]
    with pytest.raises(InvalidParameter, match="'polars'"):
        assay.history_frame([], library="cobol")  # type: ignore[arg-type]
