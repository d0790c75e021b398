"""Runs from spreadsheets: equal to those that were exported, each written once, at every kind of place."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import assay
from assay.cli.main import assay as command
from assay.entities import Metric, Param, RunTag
from assay.entities.runs import Run
from assay.errors import BadCells, InvalidParameter, MappingNotConfirmed
from fluent_places import forget_everything, places
from servers import server_on_thread

SHEET = "run_name,start_time,params.lr,metrics.loss,tags.team\n"
ROWS = ["a,2024-05-31,0.1,0.5,red", "b,2024-06-01,0.2,NaN,blue", "b,2024-06-01,0.2,NaN,blue"]


@pytest.fixture(params=["embedded", "plain server", "sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    if request.param not in {"sqlite", "postgresql"}:
        with places(request.param, tmp_path) as made:
            yield made.uri
        return
    databases: Any = None
    options = {}
    if request.param == "postgresql":
        databases = request.getfixturevalue("postgresql_server")
        options["database_uri"] = databases.fresh_uri()
    with server_on_thread(tmp_path / "server", **options) as running:
        assay.set_tracking_uri(running.url)
        yield running.url
        forget_everything()
    if databases is not None:
        databases.drop(options["database_uri"])


def write(path: Path, *rows: str) -> Path:
    path.write_text(SHEET + "\n".join(rows) + "\n")
    return path


def found(name: str) -> list[Run]:
    return assay.search_runs(
        experiment_names=[name], order_by=["attributes.run_name ASC"], output_format="list"
    )


def test_each_row_is_a_run(place: str, tmp_path: Path) -> None:
    report = assay.import_runs(write(tmp_path / "x.csv", *ROWS), experiment_name="e")
    assert (report.n_created, report.n_present, report.n_rows) == (3, 0, 3)
    runs = found("e")
    assert [run.info.run_name for run in runs] == ["a", "b", "b"]
    assert runs[0].data.params == {"lr": "0.1"}
    assert runs[0].data.metrics == {"loss": 0.5}
    assert math.isnan(runs[1].data.metrics["loss"])
    assert runs[0].data.tags["team"] == "red"
    assert runs[0].info.status == "FINISHED"
    assert runs[0].info.start_time == runs[0].info.end_time == 1_717_113_600_000


def test_twice_is_once_and_only_new_rows_are_added(place: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    assay.import_runs(write(path, *ROWS), experiment_name="e")
    again = assay.import_runs(path, experiment_name="e")
    assert (again.n_created, again.n_present) == (0, 3)
    more = assay.import_runs(write(path, "c,2024-06-02,1,1,red", *ROWS), experiment_name="e")
    assert (more.n_created, more.n_present) == (1, 3)
    assert [run.info.run_name for run in found("e")] == ["a", "b", "b", "c"]


def test_a_dry_run_writes_nothing(place: str, tmp_path: Path) -> None:
    report = assay.import_runs(write(tmp_path / "x.csv", *ROWS), experiment_name="e", dry_run=True)
    assert (report.n_created, report.is_dry_run) == (3, True)
    assert assay.get_experiment_by_name("e") is None


def test_one_bad_cell_keeps_all_out(place: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", *ROWS, "d,yesterday,1,0;5,red")
    with pytest.raises(
        BadCells, match=r"B5 \(start_time\)[^\n]*\n[^\n]*D5 \(metrics.loss\)"
    ) as raised:
        assay.import_runs(path, experiment_name="e")
    assert raised.value.n_errors == 2
    assert assay.get_experiment_by_name("e") is None


def test_rows_with_bad_cells_can_be_left_out(place: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", *ROWS, "d,yesterday,1,0;5,red")
    report = assay.import_runs(path, experiment_name="e", skip_errors=True)
    assert (report.n_created, report.n_skipped, report.n_errors) == (3, 1, 2)
    assert len(found("e")) == 3


def test_a_guess_is_not_written(place: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("lr,acc\n0.1,0.9\n")
    with pytest.raises(MappingNotConfirmed):
        assay.import_runs(path, experiment_name="e")
    report = assay.import_runs(path, experiment_name="e", mapping={"lr": "param", "acc": "metric"})
    assert report.n_created == 1


def test_rows_name_their_experiments(place: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("project,params.lr\none,1\ntwo,2\n,3\n")
    assay.import_runs(path, experiment_name="rest", mapping={"project": "experiment"})
    lrs = [found(name)[0].data.params["lr"] for name in ("one", "two", "rest")]
    assert lrs == ["1", "2", "3"]


def test_a_deleted_experiment_is_told(place: str, tmp_path: Path) -> None:
    assay.delete_experiment(assay.create_experiment("gone"))
    with pytest.raises(InvalidParameter, match="deleted"):
        assay.import_runs(write(tmp_path / "x.csv", *ROWS), experiment_name="gone")


def test_a_run_that_was_deleted_does_not_come_again(place: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", ROWS[0])
    assay.import_runs(path, experiment_name="e")
    assay.delete_run(found("e")[0].info.run_id)
    assert assay.import_runs(path, experiment_name="e").n_present == 1
    assert found("e") == []


def test_frames_are_imported(place: str) -> None:
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    columns = {"params.n": [1, 2], "metrics.m": [0.5, None], "tags.t": ["x", None]}
    assay.import_runs(pandas.DataFrame(columns), experiment_name="pandas")
    assay.import_runs(polars.DataFrame(columns), experiment_name="polars")
    first, second = found("pandas"), found("polars")
    assert [run.data.params for run in first] == [{"n": "1"}, {"n": "2"}]
    assert [run.data.metrics for run in first] == [{"m": 0.5}, {}]
    assert [run.data.params for run in second] == [run.data.params for run in first]


def test_the_command_asks_for_a_mapping_and_reports(place: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Model;Acc (%)\nnet;91,5\nvit;90,1\n")
    environment = {"ASSAY_TRACKING_URI": place}
    words = ["import", "spreadsheet", "x.csv", "-e", "e"]
    refused = CliRunner().invoke(command, words, env=environment)
    assert refused.exit_code == 1
    assert "not certain" in refused.stderr
    words += ["--param", "Model=net", "--metric", "B=acc", "--json"]
    wrong = CliRunner().invoke(command, words, env=environment)
    assert wrong.exit_code == 1
    assert json.loads(wrong.stdout)["errors"][0]["row"] == 2
    right = CliRunner().invoke(command, [*words, "--decimal", ","], env=environment)
    assert right.exit_code == 0, right.output
    assert json.loads(right.stdout)["n_created"] == 2
    assert {run.data.metrics["acc"] for run in found("e")} == {91.5, 90.1}


def test_the_command_takes_a_mapping_from_a_file(place: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Model,acc,junk\nnet,0.5,1\n")
    (tmp_path / "map.yaml").write_text(
        "columns:\n  Model: {param: net}\n  acc: metric\nrest: ignore\n"
    )
    words = ["import", "spreadsheet", "x.csv", "-e", "e", "--map", "map.yaml"]
    result = CliRunner().invoke(command, words, env={"ASSAY_TRACKING_URI": place})
    assert result.output.startswith("1 runs created in 'e'"), result.output
    assert found("e")[0].data.params == {"net": "net"}


keys = st.text("abcXYZ019_-. /:äß", min_size=1, max_size=12).filter(
    lambda key: key.strip(" ./") == key and "//" not in key and "/." not in key
)
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30
) | st.sampled_from(["=1+1", "'", "", "-", "12", "a,b;c", "two\r\nlines", "_x0041_", "#N/A"])
times = st.integers(0, 4_102_444_800_000) | st.sampled_from([0, 1, 999])
logged = st.fixed_dictionaries(
    {
        "name": st.text("abc =é", min_size=1, max_size=8),
        "params": st.dictionaries(keys, texts, max_size=3),
        "tags": st.dictionaries(keys, texts, max_size=3),
        "metrics": st.dictionaries(keys, st.floats(), max_size=3),
        "status": st.sampled_from(["RUNNING", "FINISHED", "FAILED", "KILLED"]),
        "start": times,
        "end": times,
    }
)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    yield [tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there")]
    forget_everything()


def record(experiment_id: str, run: dict[str, Any]) -> None:
    client = assay.MlflowClient()
    run_id = client.create_run(
        experiment_id, start_time=run["start"], run_name=run["name"]
    ).info.run_id
    client.log_batch(
        run_id,
        metrics=[Metric(key, value, 0, 0) for key, value in run["metrics"].items()],
        params=[Param(key, value) for key, value in run["params"].items()],
        tags=[RunTag(key, value) for key, value in run["tags"].items()],
    )
    if run["status"] != "RUNNING":
        client.set_terminated(run_id, run["status"], run["end"])


def facts(run: Run) -> tuple[Any, ...]:
    info = run.info
    return (
        *(info.run_id, info.run_name, info.user_id, info.status, info.start_time, info.end_time),
        *(run.data.params, run.data.tags),
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_an_export_is_imported_as_equal_runs(stores: list[Path], kind: str) -> None:
    here, there = stores
    numbers = iter(range(10_000))

    @settings(max_examples=25, deadline=None)
    @given(st.lists(logged, min_size=1, max_size=4))
    def check(runs: list[dict[str, Any]]) -> None:
        name = f"{kind}-{next(numbers)}"
        assay.set_tracking_uri(here)
        experiment_id = assay.create_experiment(name)
        for run in runs:
            record(experiment_id, run)
        path = here / f"{name}.{kind}"
        assay.export_runs(path, experiment_names=[name])
        before = found(name)
        assay.set_tracking_uri(there)
        assert assay.import_runs(path, experiment_name=name).n_created == len(runs)
        after = found(name)
        assert sorted(map(facts, after), key=str) == sorted(map(facts, before), key=str)
        metrics = {run.info.run_id: run.data.metrics for run in after}
        for run in before:
            own = run.data.metrics
            # A workbook keeps 16 digits, one less than it takes to be exact.
            least = {"rel": 1e-15, "abs": 0} if kind == "xlsx" else {"rel": 0, "abs": 0}
            assert metrics[run.info.run_id] == pytest.approx(own, nan_ok=True, **least)

    check()
