"""The same proxy when the artifact root is a bucket."""

import logging
import urllib.request
from urllib.parse import urlsplit

import pytest
from moto.server import ThreadedMotoServer

from servers import server_on_thread

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
