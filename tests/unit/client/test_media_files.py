"""Media when there is no room, and no server."""

import pytest

import assay
from assay.client import active, spool
from fluent_places import places


@pytest.fixture
def offline(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with places("offline", tmp_path) as made:
        yield made


def test_a_file_that_finds_no_room_costs_a_warning_and_leaves_no_record(
    offline, monkeypatch, caplog
):
    def fail(*_arguments, **_options):
        raise OSError("No space left on device")

    with assay.start_run() as run, monkeypatch.context() as patch:
        patch.setattr(spool, "spool_file", fail)
        assay.log({"answer": "yes", "loss": 1.0}, step=1)
    assert "is lost: No space left" in caplog.text
    client = offline.client()
    assert client.list_media(run.info.run_id) == []
    assert client.get_run(run.info.run_id).data.metrics == {"loss": 1.0}


def test_without_a_server_media_wait_in_the_spool(offline, tmp_path):
    with assay.start_run() as run:
        assay.log({"answer": "yes"}, step=1)
        root = active.current().connection.target.journals.parent
        assert len(spool.spooled_files(root, run.info.run_id)) == 1
    (file,) = offline.client().list_media(run.info.run_id)
    assert (file.key, file.step, file.size_bytes) == ("answer", 1, 3)
