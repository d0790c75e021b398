"""`assay bench`, at its smallest: that it measures, and that nothing is left. Speed is in `benchmarks/`."""

import json
import tempfile

import pytest

import assay
from assay.bench.figures import Ratio
from assay.bench.load import own_experiment
from assay.entities.lifecycle import ViewType
from assay.errors import InvalidParameter
from servers import server_on_thread


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.slow
def test_it_measures_this_machine_and_leaves_nothing(run, place, temporary):
    figures = json.loads(run("bench", "--quick", "--json").stdout)["figures"]
    assert len(figures) == 11
    assert all(figure["value"] > 0 for figure in figures)
    assert not list(temporary.iterdir())
    assert not (place / ".assay").exists()


@pytest.mark.slow
def test_another_server_is_asked_in_an_experiment_that_is_deleted(run, tmp_path, temporary):
    with server_on_thread(tmp_path) as server:
        output = run("bench", "--quick", "--against", server.url).stdout
        client = assay.Client(server.url)
        left = client.search_experiments(ViewType.ALL, filter_string="name LIKE 'assay-bench-%'")
        in_default = client.search_runs(["0"], run_view_type=ViewType.ALL)
        client.connection.close()
    assert [line.split()[-1] for line in output.splitlines()[1:]] == ["x", "x", "x"]
    assert [experiment.lifecycle_stage for experiment in left] == ["deleted"]
    assert list(in_default) == []
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "ftp://host", "nowhere"])
def test_a_server_that_is_none_is_a_failure_in_one_line(run, temporary, url):
    message = run("bench", "--against", url, ok=False).stderr
    assert message.startswith("Error: ")
    assert message.count("\n") == 1
    assert not list(temporary.iterdir())


def test_an_experiment_is_deleted_also_when_measuring_fails(tmp_path):
    with server_on_thread(tmp_path) as server:
        with pytest.raises(InvalidParameter), own_experiment(server.url):
            raise InvalidParameter("measuring failed")
        found = server.post(
            "/api/2.0/mlflow/experiments/search",
            {"filter": "name LIKE 'assay-bench-%'", "view_type": "ALL", "max_results": 9},
        ).json
    assert [one["lifecycle_stage"] for one in found["experiments"]] == ["deleted"]


def test_ratios_say_how_many_times_better_it_is():
    assert Ratio(what="", value=8.0, other=2.0, unit="").times_better == 4.0
    assert Ratio(what="", value=2.0, other=8.0, unit="", more_is_better=False).times_better == 4.0
