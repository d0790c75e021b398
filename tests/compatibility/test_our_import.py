"""A spreadsheet is imported into a real MLflow 3.6 server, each row once."""

from collections.abc import Iterator

import pytest

import assay
from fluent_places import forget_everything

pytestmark = pytest.mark.compatibility


@pytest.fixture
def _at_reference(reference_uri: str) -> Iterator[None]:
    assay.set_tracking_uri(reference_uri)
    yield
    forget_everything()


@pytest.mark.usefixtures("_at_reference")
def test_rows_become_runs_once(tmp_path):
    path = tmp_path / "x.csv"
    head = "run_id,run_name,status,start_time,end_time,params.lr,metrics.loss,tags.team\n"
    rows = [f"r{n},run-{n},FAILED,1700000000000,1700000001000,{n},0.{n},ü\n" for n in range(30)]
    path.write_text(head + "".join(rows))
    reports = [assay.import_runs(path, experiment_name="imported") for _ in range(2)]
    assert [(report.n_created, report.n_present) for report in reports] == [(30, 0), (0, 30)]
    found = assay.search_runs(experiment_names=["imported"], output_format="list")
    assert sorted(run.info.run_name for run in found) == sorted(f"run-{n}" for n in range(30))
    for run in found:
        number = run.info.run_name.removeprefix("run-")
        assert run.data.params == {"lr": number}
        assert run.data.metrics == {"loss": float(f"0.{number}")}
        assert run.data.tags["team"] == "ü"
        times = (run.info.status, run.info.start_time, run.info.end_time)
        assert times == ("FAILED", 1_700_000_000_000, 1_700_000_001_000)
