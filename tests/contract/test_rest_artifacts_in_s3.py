"""The same proxy when the artifact root is a bucket."""

import logging
import urllib.request
from urllib.parse import urlsplit

import pytest
from moto.server import ThreadedMotoServer

from assay.artifacts.object_store import ObjectStore
from assay.errors import Unavailable
from servers import server_on_thread
from trash_items import add_run, delete_runs, purge, trash

PROXY = "/api/2.0/mlflow-artifacts/artifacts"
PARTS = "/api/2.0/mlflow-artifacts/mpu"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    storage = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    storage.start()
    host, port = storage.get_host_and_port()
    request = urllib.request.Request(f"http://{host}:{port}/bucket", method="PUT")
    urllib.request.urlopen(request, timeout=10).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("ASSAY_S3_ENDPOINT_URL", f"http://{host}:{port}")
        with server_on_thread(
            tmp_path_factory.mktemp("s3"), artifact_root="s3://bucket/root"
        ) as running:
            yield running
    storage.stop()


def test_file_goes_to_the_bucket_and_comes_back_whole_or_in_part(server):
    content = bytes(range(256)) * 80_000
    assert server.ask("PUT", f"{PROXY}/a/b.bin", content).status == 200
    assert server.ask("GET", f"{PROXY}/a/b.bin").body == content
    part = server.ask("GET", f"{PROXY}/a/b.bin", headers={"Range": "bytes=255-257"})
    assert (part.status, part.body) == (206, b"\xff\0\1")
    listed = server.get(PROXY, path="a").json["files"]
    assert listed == [{"path": "b.bin", "is_dir": False, "file_size": len(content)}]


def test_missing_object_folder_and_escape_are_refused_as_from_a_folder(server):
    server.ask("PUT", f"{PROXY}/folder/file", b"x")
    assert server.ask("GET", f"{PROXY}/missing").status == 404
    assert server.ask("GET", f"{PROXY}/folder").status == 400
    assert server.ask("GET", f"{PROXY}/%2e%2e/x").status == 400
    assert server.ask("DELETE", f"{PROXY}/folder").status == 200
    assert server.ask("GET", f"{PROXY}/folder/file").status == 404


def test_upload_in_parts_says_so_in_the_words_that_clients_fall_back_on(server):
    answer = server.post(f"{PARTS}/create/dir", {"path": "x", "num_parts": 2})
    assert (answer.status, answer.json["error_code"]) == (501, "NOT_IMPLEMENTED")
    assert answer.json["message"].startswith(
        "Multipart upload is not supported for the current artifact repository"
    )


def test_presigned_address_leads_to_the_object(server):
    server.ask("PUT", f"{PROXY}/signed", b"content")
    answer = server.ask("GET", "/api/2.0/mlflow-artifacts/presigned/signed").json
    assert answer["file_size"] == 7
    assert urlsplit(answer["url"]).path == "/bucket/root/signed"
    with urllib.request.urlopen(answer["url"], timeout=10) as response:
        assert response.read() == b"content"


def test_files_of_a_purged_run_are_gone_from_the_bucket(server):
    gone, kept = add_run(server), add_run(server)
    delete_runs(server, gone)
    assert trash(server)[0]["file_bytes"] == 2000
    outcome = purge(server, run_ids=[gone])[gone]
    assert (outcome["state"], outcome["n_files"], outcome["file_bytes"]) == ("purged", 2, 2000)
    assert server.get(PROXY, path=f"0/{gone}").json.get("files", []) == []
    assert server.ask("GET", f"{PROXY}/0/{kept}/artifacts/notes.txt").status == 200
    assert server.ask("PUT", f"{PROXY}/0/{gone}/artifacts/late.txt", b"x").status == 404
    assert server.ask("GET", f"{PROXY}/0/{gone}/artifacts/late.txt").status == 404


def test_a_storage_that_fails_keeps_the_run_for_the_next_purge(server, monkeypatch):
    run_id = add_run(server)
    delete_runs(server, run_id)
    monkeypatch.setattr(ObjectStore, "delete", _fail)
    outcome = purge(server, run_ids=[run_id])[run_id]
    assert outcome["state"] == "failed"
    assert "object store" in outcome["reason"]
    monkeypatch.undo()
    assert trash(server)[0]["is_purging"]
    assert server.post("runs/restore", {"run_id": run_id}).status == 409
    assert purge(server, run_ids=[run_id])[run_id]["state"] == "purged"


def _fail(_store, _path):
    raise Unavailable("The object store failed.")
