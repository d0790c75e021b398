"""Every endpoint that reads takes a bounded number of statements, and reads along indexes.

The table below has a request for each of them; an endpoint that is missing fails the first test.
"""

from array import array
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from assay.entities.datasets import Dataset, DatasetInput, InputTag
from assay.entities.logged_models import LoggedModelParameter
from assay.entities.media import MediaFile
from assay.entities.runs import Param, RunTag
from assay.server.route_table import ROUTES
from assay.server.routing import Mode, Route
from assay.store.batches import apply_batches
from assay.store.connections import Database
from assay.store.experiments import create_experiment
from assay.store.folding import fold_run
from assay.store.logged_models import create_logged_model
from assay.store.run_batch import RunBatch
from assay.store.runs import create_run, find_run
from assay.store.tables import metadata
from assay.store.views import create_view, keep_state
from assay.wire import (
    attempts,
    dataset_uses,
    events,
    experiments,
    find,
    importance,
    ingest,
    lineage,
    logged_models,
    media,
    metrics,
    params,
    ranks,
    run_diffs,
    run_rows,
    run_tables,
    runs,
    series,
    space,
    trash,
    views,
)
from assay.wire.chunk import MetricColumns, SeriesKey
from statements import counted_statements, scanned_tables

N_RUNS = 12
SOME = 3
MOST_STATEMENTS = 24
CURVES = {
    "get_metric_history_bulk",
    "get_metric_history_interval",
    "query_series",
    "fetch_histories",
}
OF_A_CURVE = 5
"""Statements that a curve may take: the run, the key, its chunks, its pack, its inbox."""

# Not about runs or series: artifacts (files), and the counts of the whole store.
WITHOUT = {"list_artifacts", "list_logged_model_artifacts", "get_store_summary"}
# A part of a name can be anywhere in it: every name of an experiment's runs has to be looked at.
# The trash is looked through now and then, and it may hold any logged model.
MAY_SCAN = {
    "find_anything": {"runs", "experiments", "logged_models", "datasets"},
    "search_experiments": {"experiments"},
    "list_trash": {"logged_models", "experiments"},
    "describe_space": {"experiments"},
    "list_datasets": {"datasets", "dataset_inputs", "runs", "experiments"},
    "describe_dataset": {"experiments"},
}


class Stored(NamedTuple):
    """What the requests are about."""

    experiment: str
    run_ids: tuple[str, ...]
    model_id: str
    view: str


Ask = Callable[[Stored, int], Any]

REQUESTS: dict[str, Ask] = {
    "get_experiment": lambda at, _: experiments.GetExperiment(experiment_id=at.experiment),
    "get_experiment_by_name": lambda *_: experiments.GetExperimentByName(experiment_name="many"),
    "search_experiments": lambda _, n: experiments.SearchExperiments(max_results=n),
    "search_datasets": lambda at, _: experiments.SearchDatasets(experiment_ids=(at.experiment,)),
    "get_run": lambda at, _: runs.GetRun(run_id=at.run_ids[0]),
    "get_run_ending": lambda at, _: runs.GetRun(run_id=at.run_ids[0]),
    "search_runs": lambda at, n: runs.SearchRuns(
        experiment_ids=(at.experiment,),
        filter="metrics.loss < 100 AND params.depth = '1'",
        order_by=("metrics.loss ASC",),
        max_results=n,
    ),
    "get_metric_history": lambda at, _: metrics.GetHistory(
        run_id=at.run_ids[0], metric_key="loss", max_results=10
    ),
    "get_metric_history_bulk": lambda at, n: metrics.GetHistoryBulk(
        run_id=at.run_ids[:n], metric_key="loss"
    ),
    "get_metric_history_interval": lambda at, n: metrics.GetHistoryInterval(
        run_ids=at.run_ids[:n], metric_key="loss", max_results=10
    ),
    "get_metric_columns": lambda at, _: metrics.GetColumns(run_id=at.run_ids[0], metric_key="loss"),
    "get_metric_buckets": lambda at, _: metrics.GetBuckets(
        run_id=at.run_ids[0], metric_key="loss", n_buckets=10
    ),
    "get_logged_model": lambda at, _: logged_models.GetLoggedModel(model_id=at.model_id),
    "search_logged_models": lambda at, n: logged_models.SearchLoggedModels(
        experiment_ids=(at.experiment,), max_results=n
    ),
    "list_attempts": lambda at, _: attempts.ListAttempts(run_id=at.run_ids[0]),
    "list_events": lambda *_: events.ListEvents(after="0-0"),
    "explain_metric": lambda at, _: importance.ExplainMetric(
        experiment_ids=(at.experiment,), target="metrics.loss"
    ),
    "describe_dependence": lambda at, _: importance.DescribeDependence(
        experiment_ids=(at.experiment,), target="metrics.loss", on=("depth",)
    ),
    "list_ranks": lambda at, _: ranks.ListRanks(run_id=at.run_ids[0]),
    "list_media": lambda at, _: media.ListMedia(run_id=at.run_ids[0]),
    "get_params": lambda at, _: params.GetParams(run_id=at.run_ids[0]),
    "query_runs": lambda at, n: run_tables.QueryRuns(
        experiment_ids=(at.experiment,),
        order_by=("metrics.loss DESC",),
        columns=("params.depth", "metrics.loss", "tags.team"),
        limit=n,
    ),
    "fetch_run_columns": lambda at, _: run_tables.FetchColumns(
        experiment_ids=(at.experiment,), columns=("params.depth", "metrics.loss", "tags.team")
    ),
    "find_run_keys": lambda at, _: run_tables.FindKeys(experiment_ids=(at.experiment,)),
    "complete_run_values": lambda at, _: run_tables.CompleteValues(
        experiment_ids=(at.experiment,), column="params.depth"
    ),
    "describe_run_columns": lambda at, _: run_tables.DescribeColumns(
        experiment_ids=(at.experiment,), columns=("params.depth", "metrics.loss")
    ),
    "group_runs": lambda at, _: run_tables.GroupRuns(
        experiment_ids=(at.experiment,), group_by=("params.depth",), metrics=("metrics.loss",)
    ),
    "list_datasets": lambda _, n: dataset_uses.ListDatasets(limit=n),
    "describe_dataset": lambda _, n: dataset_uses.DescribeDataset(name="d", digest="1", limit=n),
    "diff_runs": lambda at, n: run_diffs.DiffRuns(run_ids=at.run_ids[:n]),
    "fetch_run_rows": lambda at, n: run_rows.FetchRows(
        experiment_ids=(at.experiment,), filter="metrics.loss < 100", max_results=n
    ),
    "fetch_histories": lambda at, n: run_rows.FetchHistories(run_ids=at.run_ids[:n]),
    "query_series": lambda at, n: series.QuerySeries(run_ids=at.run_ids[:n], keys=("loss",)),
    "describe_experiment_activity": lambda at, _: experiments.DescribeActivity(
        experiment_ids=(at.experiment,)
    ),
    "trace_lineage": lambda at, n: lineage.TraceLineage(
        kind="run", id=at.run_ids[0], depth=min(n, 6)
    ),
    "list_note_versions": lambda at, _: experiments.GetExperiment(experiment_id=at.experiment),
    "get_view": lambda at, _: views.NameView(view_id=at.view),
    "list_views": lambda at, _: views.ListViews(experiment_id=at.experiment),
    "list_view_versions": lambda at, _: views.NameView(view_id=at.view),
    "get_state": lambda at, _: views.GetState(state_id="kept"),
    "find_anything": lambda _, n: find.FindAnything(text="first", limit=n),
    "list_trash": lambda _, n: trash.ListTrash(with_files=False, max_results=n),
    "describe_space": lambda at, n: space.DescribeSpace(
        by="run", experiment_ids=(at.experiment,), with_files=False, max_results=n
    ),
    "get_writer_mark": lambda at, _: ingest.GetMark(run_id=at.run_ids[0], writer_id="w"),
}
SERVICES = SimpleNamespace(now_ms=lambda: 1)
READS = [route for route in ROUTES if route.mode is Mode.READ]


@pytest.fixture
def stored(database: Database) -> Stored:
    with database.write() as conn:
        experiment = create_experiment(conn, name="many", artifact_root="r", now_ms=1)
        create_experiment(conn, name="another", artifact_root="r", now_ms=1)
        made = [
            create_run(conn, experiment_id=experiment, run_name=f"first {number}", start_time=1)
            for number in range(N_RUNS)
        ]
        run_ids = tuple(run.info.run_id for run in made)
        apply_batches(conn, [_logged(run_id, n) for n, run_id in enumerate(run_ids)])
        fold_run(conn, find_run(conn, run_ids[0]).run_number)
        model = create_logged_model(
            conn,
            experiment_id=experiment,
            name="forest",
            params=(LoggedModelParameter("p", "1"),),
            now_ms=1,
        )
        view = create_view(conn, experiment=int(experiment), name="mine", state="{}", now_ms=1)
        keep_state(conn, "kept", "{}", now_ms=1)
    return Stored(experiment, run_ids, model.info.model_id, view.view_id)


def _logged(run_id: str, number: int) -> RunBatch:
    dataset = Dataset(name="d", digest=str(number % 3), source_type="local", source="{}")
    inputs = (DatasetInput(dataset=dataset, tags=(InputTag("mlflow.data.context", "train"),)),)
    return RunBatch(
        run_id=run_id,
        metrics=MetricColumns(
            keys=[SeriesKey("loss")],
            key_index=array("I", [0] * 20),
            step=array("q", range(20)),
            timestamp=array("q", range(20)),
            value=array("d", [number / 2] * 20),
        ),
        params=(Param("depth", str(number % 2)),),
        tags=(RunTag("team", "blue"),),
        media=(MediaFile(key="k", step=0, kind="image", path="images/a.png", timestamp=1),),
        dataset_inputs=inputs,
    )


def test_every_read_of_runs_and_series_has_a_request_here() -> None:
    assert {route.endpoint.name for route in READS} == REQUESTS.keys() | WITHOUT


@pytest.mark.parametrize(
    "route",
    [route for route in READS if route.endpoint.name not in WITHOUT],
    ids=lambda route: route.endpoint.name,
)
def test_a_read_takes_few_statements_along_indexes(
    database: Database, stored: Stored, route: Route
) -> None:
    name = route.endpoint.name
    counts = []
    for n_wanted in (SOME, N_RUNS):
        request = REQUESTS[name](stored, n_wanted)
        with database.read() as conn, counted_statements(conn) as ran:
            route.function(SERVICES, conn, request)
        counts.append(len(ran))
    growth = (counts[1] - counts[0]) / (N_RUNS - SOME)
    assert growth <= (OF_A_CURVE if name in CURVES else 0)
    assert counts[0] <= MOST_STATEMENTS
    with database.read() as conn:
        scanned = {
            table
            for statement, values in zip(ran, ran.values, strict=True)
            for table in scanned_tables(conn, statement, values)
        }
    assert scanned & metadata.tables.keys() <= MAY_SCAN.get(name, set())
