"""Search for runs as a reference client sees it."""

import mlflow
from facts import collect, fresh
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType


def record(facts, client):
    experiment_id = client.create_experiment(fresh("search"))
    names = {}
    for index, (name, lr, loss) in enumerate(
        [("a", "0.1", 3.0), ("B", "0.01", 1.0), ("c", "0.1", 2.0), ("d", None, None)]
    ):
        run = client.create_run(experiment_id, start_time=1000 + index, run_name=name)
        names[run.info.run_id] = name
        fill(client, run.info.run_id, name, lr, loss)
    nan_run = client.create_run(experiment_id, start_time=2000, run_name="nan").info.run_id
    names[nan_run] = "nan"
    client.log_metric(nan_run, "loss", float("nan"))
    deleted = client.create_run(experiment_id, start_time=3000, run_name="gone").info.run_id
    names[deleted] = "gone"
    client.delete_run(deleted)

    def found(filter_string="", order_by=None, view=ViewType.ACTIVE_ONLY):
        runs = client.search_runs([experiment_id], filter_string, view, order_by=order_by)
        return [names[run.info.run_id] for run in runs]

    record_order(facts, found)
    record_filters(facts, found, {name: run_id for run_id, name in names.items()})
    record_pages(facts, client, experiment_id, names)
    record_refused(facts, found, client, experiment_id)
    record_ties(facts, client)
    frame = mlflow.search_runs([experiment_id], "params.lr = '0.1'", order_by=["metrics.loss"])
    facts["frame"] = [list(frame["metrics.loss"]), list(frame["tags.mlflow.runName"])]
    facts["frame_columns"] = list(frame.columns[:6])


def fill(client, run_id, name, lr, loss):
    if lr is None:
        return
    client.log_batch(
        run_id,
        metrics=[Metric("loss", 9.0, 1, 0), Metric("loss", loss, 2, 1), Metric("x/y z", 1, 1, 0)],
        params=[Param("lr", lr), Param("a b", name)],
        tags=[RunTag("team", name.upper()), RunTag("empty", "")],
    )
    dataset = Dataset(name=f"data-{name}", digest=f"d{name}", source_type="local", source="{}")
    client.log_inputs(run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "train")])])


def record_order(facts, found):
    facts["default_order"] = found()
    facts["by_metric"] = found(order_by=["metrics.loss ASC"])
    facts["by_metric_descending"] = found(order_by=["metrics.loss DESC"])
    facts["by_param"] = found(order_by=["params.lr", "metrics.`loss` DESC"])
    facts["by_start"] = found(order_by=["attribute.start_time ASC"])
    facts["by_created"] = found(order_by=["Created DESC"])
    facts["by_name"] = found(order_by=["tags.mlflow.runName ASC"])
    facts["all_runs"] = found(view=ViewType.ALL)
    facts["deleted_runs"] = found(view=ViewType.DELETED_ONLY)


def record_filters(facts, found, ids):
    filters = {
        "metric_below": "metrics.loss < 2.5",
        "metric_and_param": "metric.loss <= 3 and params.lr = '0.1'",
        "metric_with_exponent": "metrics.loss > -1e-3 AND metrics.loss != 1",
        "quoted_metric": "metrics.`x/y z` = 1",
        "double_quoted_param": "params.\"a b\" = 'c'",
        "param_differs": "params.lr != '0.1'",
        "param_like": "params.lr LIKE '0.0%'",
        "tag": "tags.team = 'B'",
        "tag_is_case_sensitive": "tag.team = 'b'",
        "tag_like": "tags.team LIKE 'a'",
        "tag_ilike": "tags.team ILIKE 'a'",
        "empty_tag": "tags.empty = ''",
        "run_name": "run_name = 'a'",
        "run_name_alias": "attributes.`Run name` ILIKE 'b'",
        "status": "status = 'RUNNING' AND attributes.start_time >= 1002",
        "run_id": f"run_id = '{ids['c']}'",
        "run_id_in": f"attributes.run_id IN ('{ids['a']}', '{ids['d']}')",
        "run_id_not_in": f"run_id NOT IN ('{ids['a']}', '{ids['d']}', '{ids['nan']}')",
        "dataset": "dataset.name = 'data-a'",
        "dataset_digest": "datasets.digest = 'dc'",
        "dataset_context": "dataset.context = 'train' AND dataset.name LIKE 'data-%'",
        "dataset_in": "dataset.name IN ('data-a', 'data-c')",
        "nothing": "params.lr = '7'",
    }
    for name, filter_string in filters.items():
        facts[name] = found(filter_string, ["start_time"])


def record_pages(facts, client, experiment_id, names):
    seen, token, sizes = [], None, []
    while True:
        page = client.search_runs([experiment_id], max_results=2, page_token=token)
        seen.extend(names[run.info.run_id] for run in page)
        sizes.append(len(page))
        token = page.token
        if not token:
            break
    facts["pages"] = seen
    facts["page_sizes"] = [size for size in sizes if size]
    everything = client.search_runs([experiment_id])
    facts["no_token_at_the_end"] = everything.token or None
    facts["no_experiment"] = len(client.search_runs([]))
    facts["unknown_experiment"] = len(client.search_runs(["987654321"]))


def record_refused(facts, found, client, experiment_id):
    refused = {
        "bare_word": "foo",
        "bogus_entity": "bogus.x = 'a'",
        "text_for_metric": "metrics.loss = '1'",
        "number_for_param": "params.lr = 1",
        "lifecycle": "attributes.lifecycle_stage = 'active'",
        "less_for_param": "params.lr < 'a'",
    }
    for name, filter_string in refused.items():
        facts.error(f"refused_{name}", lambda text=filter_string: found(text))
    facts.error("refused_order", lambda: found(order_by=["bogus.x"]))
    facts.error("refused_size", lambda: client.search_runs([experiment_id], max_results=50001))
    facts.error("refused_token", lambda: client.search_runs([experiment_id], page_token="!!"))


def record_ties(facts, client):
    experiment_id = client.create_experiment(fresh("ties"))
    for _ in range(10):
        client.create_run(experiment_id, start_time=77)
    ids = [run.info.run_id for run in client.search_runs([experiment_id])]
    facts["ties_by_id"] = ids == sorted(ids)


collect(record)
