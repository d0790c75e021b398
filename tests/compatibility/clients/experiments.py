"""Experiments as a reference client sees them."""

import time

from facts import collect, fresh
from mlflow.entities import ViewType


def record(facts, client):
    name = fresh("experiment")
    before = int(time.time() * 1000)
    experiment_id = client.create_experiment(name, tags={"team": "red", "empty": ""})
    experiment = client.get_experiment(experiment_id)
    facts["id_is_decimal"] = experiment_id.isdecimal()
    facts["name_is_kept"] = experiment.name == name
    facts["tags"] = dict(experiment.tags)
    facts["stage"] = experiment.lifecycle_stage
    facts["location"] = experiment.artifact_location.replace(experiment_id, "ID")
    facts["created_after_call"] = experiment.creation_time >= before
    facts["by_name"] = client.get_experiment_by_name(name).experiment_id == experiment_id
    facts["unknown_name"] = client.get_experiment_by_name(fresh("nobody"))
    facts["default"] = client.get_experiment("0").name
    facts.error("duplicate", lambda: client.create_experiment(name))
    facts.error("empty_name", lambda: client.create_experiment(""))
    facts.error("unknown_id", lambda: client.get_experiment("987654321"))
    facts.error("long_name", lambda: client.create_experiment("x" * 501))
    facts.error("fragment", lambda: client.create_experiment(fresh("f"), "s3://b/p#x"))
    record_tags(facts, client, experiment_id)
    record_lifecycle(facts, client, experiment_id)
    record_search(facts, client)


def record_tags(facts, client, experiment_id):
    client.set_experiment_tag(experiment_id, "team", "blue")
    client.set_experiment_tag(experiment_id, "lines", "a\nb ü 你")
    facts["tags_after_set"] = dict(client.get_experiment(experiment_id).tags)
    facts.error("long_tag_key", lambda: client.set_experiment_tag(experiment_id, "k" * 251, "v"))
    facts.error("long_tag", lambda: client.set_experiment_tag(experiment_id, "k", "v" * 20001))
    if hasattr(client, "delete_experiment_tag"):
        client.delete_experiment_tag(experiment_id, "team")
        facts["tag_is_deleted"] = "team" not in client.get_experiment(experiment_id).tags
        facts.error("missing_tag", lambda: client.delete_experiment_tag(experiment_id, "team"))


def record_lifecycle(facts, client, experiment_id):
    run_id = client.create_run(experiment_id).info.run_id
    updated = client.get_experiment(experiment_id).last_update_time
    time.sleep(0.002)
    renamed = fresh("renamed")
    client.rename_experiment(experiment_id, renamed)
    facts["renamed"] = client.get_experiment(experiment_id).name == renamed
    facts["rename_touches"] = client.get_experiment(experiment_id).last_update_time > updated
    facts.error("rename_to_taken", lambda: client.rename_experiment(experiment_id, "Default"))
    client.delete_experiment(experiment_id)
    facts["deleted_stage"] = client.get_experiment(experiment_id).lifecycle_stage
    facts["run_of_deleted"] = client.get_run(run_id).info.lifecycle_stage
    facts["deleted_by_name"] = client.get_experiment_by_name(renamed).lifecycle_stage
    facts.error("delete_again", lambda: client.delete_experiment(experiment_id))
    facts.error("tag_on_deleted", lambda: client.set_experiment_tag(experiment_id, "a", "b"))
    facts.error("run_in_deleted", lambda: client.create_run(experiment_id))
    facts.error("name_of_deleted", lambda: client.create_experiment(renamed))
    client.restore_experiment(experiment_id)
    facts["restored_stage"] = client.get_experiment(experiment_id).lifecycle_stage
    facts["run_of_restored"] = client.get_run(run_id).info.lifecycle_stage
    facts.error("restore_again", lambda: client.restore_experiment(experiment_id))


def record_search(facts, client):
    group = fresh("group")
    names = ["ab", "a", "Default", "Abc"]
    ids = {
        name: client.create_experiment(f"{group}/{name}", tags={"group": group, "n": name})
        for name in names
    }
    client.delete_experiment(ids["Abc"])
    mine = f"tags.group = '{group}'"

    def found(filter_string, order_by=None, view=ViewType.ACTIVE_ONLY):
        page = client.search_experiments(view, filter_string=filter_string, order_by=order_by)
        return [experiment.name.split("/")[1] for experiment in page]

    facts["newest_first"] = found(mine)
    facts["all_by_name_descending"] = found(mine, ["name DESC"], ViewType.ALL)
    facts["deleted_only"] = found(mine, None, ViewType.DELETED_ONLY)
    facts["like"] = found(f"name LIKE '{group}/a%'", ["name ASC"])
    facts["ilike"] = found(f"name ILIKE '{group}/A%'", ["name ASC"], ViewType.ALL)
    facts["equals"] = found(f"attribute.name = '{group}/ab'")
    facts["not_equals"] = found(f"{mine} AND tags.n != 'ab'", ["name"])
    facts["quoted_key"] = found(f"tags.`group` = '{group}' AND tag.\"n\" = 'a'")
    facts["by_time"] = len(found(f"{mine} AND creation_time > 0 AND last_update_time > 0"))
    page = client.search_experiments(filter_string=mine, max_results=2)
    rest = client.search_experiments(filter_string=mine, max_results=2, page_token=page.token)
    facts["pages"] = [len(page), len(rest), rest.token or None]
    facts["joined_pages"] = [e.name.split("/")[1] for e in [*page, *rest]]
    facts.error("unknown_attribute", lambda: found("foo = 'b'"))
    facts.error("unknown_key", lambda: found("bogus = 'a'"))
    facts.error("bad_token", lambda: client.search_experiments(page_token="!!"))
    facts.error("too_many", lambda: client.search_experiments(max_results=50001))


collect(record)
