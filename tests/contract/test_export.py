"""Runs and histories written to files of every format, and read back as they were."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import assay
from assay.cli.main import assay as command
from assay.errors import InvalidParameter, NotFound
from assay.transfer.spelling import milliseconds_of, read_number, read_time
from assay.transfer.tables import FORMATS, Reading, table_format
from fluent_places import Place, places

UGLY = ["=1+1", "-", "'", "''", "", "a,b;c", 'say "hi"', "two\nlines", "ü\N{ROCKET}", "@x", "12"]
NUMBERS = [0.1 + 0.2, -0.0, 5e-324, math.inf, -math.inf, math.nan, 1e300]
FIRST = ["run_id", "experiment_id", "run_name", "user_id", "status", "start_time", "end_time"]


@pytest.fixture(params=["embedded", "plain server"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    with places(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def ids(place: Place) -> list[str]:
    found = []
    for number, text in enumerate(UGLY):
        with assay.start_run(run_name=f"run-{number:02}") as run:
            assay.set_tag("text", text)
            assay.log_param("p", number)
            if number < len(NUMBERS):
                assay.log_metric("m", NUMBERS[number], step=number, timestamp=number)
        found.append(run.info.run_id)
    return found


def read(path: Path, kind: str) -> list[dict[str, Any]]:
    names, rows = table_format(kind).open_rows(path, Reading())
    return [dict(zip(names, row, strict=True)) for _, row in rows]


def assert_equal(cells: list[Any], values: list[float], kind: str) -> None:
    found = [read_number(cell) if isinstance(cell, str) else float(cell) for cell in cells]
    if kind == "xlsx":
        assert found == pytest.approx(values, rel=1e-15, nan_ok=True)
    else:
        assert list(map(repr, found)) == list(map(repr, values))


def as_milliseconds(cell: Any) -> int:
    if isinstance(cell, str):
        return read_time(cell)
    return milliseconds_of(cell) if isinstance(cell, datetime) else cell


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_logged_is_read_back(ids: list[str], tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"runs.{kind}"
    assert assay.export_runs(path, order_by=["attributes.run_name ASC"]) == len(ids)
    found = read(path, kind)
    assert list(found[0])[: len(FIRST)] == FIRST
    assert [row["run_id"] for row in found] == ids
    assert [row["tags.text"] for row in found] == UGLY
    assert [row["params.p"] for row in found] == [str(number) for number in range(len(UGLY))]
    metrics = [row["metrics.m"] for row in found]
    assert metrics[len(NUMBERS) :] == [None] * (len(UGLY) - len(NUMBERS))
    # The table of summaries knows no negative zero; histories do.
    assert_equal(metrics[: len(NUMBERS)], [value + 0.0 for value in NUMBERS], kind)
    started = assay.get_run(ids[0]).info.start_time
    assert as_milliseconds(found[0]["start_time"]) == started


@pytest.mark.parametrize("kind", FORMATS)
def test_histories_are_read_back(ids: list[str], tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"points.{kind}"
    assert assay.export_histories(path, ids, ["m"]) == len(NUMBERS)
    found = read(path, kind)
    assert [row["run_id"] for row in found] == ids[: len(NUMBERS)]
    assert [int(row["step"]) for row in found] == list(range(len(NUMBERS)))
    assert_equal([row["value"] for row in found], NUMBERS, kind)
    assert [as_milliseconds(row["timestamp"]) for row in found] == list(range(len(NUMBERS)))


def test_columns_come_as_they_were_chosen(ids: list[str], tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    assay.export_runs(path, columns=["tags.text", "metrics.m"], filter_string="metrics.m > 0.2")
    header = path.read_text("utf-8").splitlines()[0]
    assert header.endswith(",tags.text,metrics.m")
    assert "params.p" not in header


def test_no_run_gives_a_table_without_rows(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    assert assay.export_runs(path) == 0
    assert path.read_text("utf-8").startswith("run_id,")


def test_a_failure_leaves_the_old_file(ids: list[str], tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("old")
    with pytest.raises(NotFound):
        assay.export_histories(path, [*ids, "f" * 32])
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.glob("*points.csv*")] == ["points.csv"]


def test_a_file_of_unknown_kind_is_refused(place: Place, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match=r"\.csv"):
        assay.export_runs(tmp_path / "runs.doc")


def test_a_missing_folder_is_told(place: Place, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="folder"):
        assay.export_runs(tmp_path / "nowhere" / "runs.csv")


def test_the_command_says_what_it_wrote(ids: list[str], place: Place, tmp_path: Path) -> None:
    environment = {"ASSAY_TRACKING_URI": place.uri}
    arguments = ["runs", "export", "some.jsonl", "-f", "params.p = '3'", "--json"]
    result = CliRunner().invoke(command, arguments, env=environment)
    assert json.loads(result.stdout) == {"file": "some.jsonl", "runs": 1}
    row = json.loads((tmp_path / "some.jsonl").read_text("utf-8"))
    assert row["run_id"] == ids[3]
    moment = datetime.fromisoformat(row["start_time"])
    assert moment.tzinfo == UTC


def test_the_command_writes_histories(ids: list[str], place: Place, tmp_path: Path) -> None:
    environment = {"ASSAY_TRACKING_URI": place.uri}
    arguments = ["runs", "export", "points.csv", "--histories", "--keys", "m"]
    result = CliRunner().invoke(command, arguments, env=environment)
    assert result.stdout == f"Wrote {len(NUMBERS)} points to points.csv.\n"
    assert len((tmp_path / "points.csv").read_text().splitlines()) == 1 + len(NUMBERS)
