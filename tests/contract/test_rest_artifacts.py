"""Artifacts over HTTP: what compatible clients rely on, and what nobody may do."""

import hashlib
import socket
from urllib.parse import quote, urlsplit

import pytest

from assay.artifacts.handles import INCOMING
from servers import server_on_thread, wait_until

PROXY = "/api/2.0/mlflow-artifacts/artifacts"
PARTS = "/api/2.0/mlflow-artifacts/mpu"
AJAX = "/ajax-api/2.0/mlflow"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with server_on_thread(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def run_id(server):
    return server.new_run()


def upload(server, path, content=b"content"):
    return server.ask("PUT", f"{PROXY}/{quote(path)}", content)


def root(server):
    return server.root / "artifacts"


def hidden(server):
    folder = root(server) / INCOMING
    return [entry.name for entry in folder.iterdir()] if folder.exists() else []


def test_uploaded_bytes_lie_below_the_destination_and_come_back(server, run_id):
    path = f"0/{run_id}/artifacts/dir/file.bin"
    content = bytes(range(256)) * 100
    answer = upload(server, path, content)
    assert (answer.status, answer.json) == (200, {})
    assert (root(server) / path).read_bytes() == content
    assert server.ask("GET", f"{PROXY}/{path}").body == content
    assert server.ask("GET", f"/ajax-api/2.0/mlflow-artifacts/artifacts/{path}").body == content


def test_upload_replaces_and_an_empty_body_is_an_empty_file(server):
    upload(server, "replace/a", b"first")
    upload(server, "replace/a", b"")
    answer = server.ask("GET", f"{PROXY}/replace/a")
    assert (answer.status, answer.body) == (200, b"")


def test_download_headers_are_the_bare_ones_that_clients_compare(server):
    upload(server, "headers/a b%.txt")
    upload(server, "headers/plain%.txt")
    headers = server.ask("GET", f"{PROXY}/headers/{quote('plain%.txt')}").headers
    assert headers["content-type"] == "text/plain"
    assert headers["content-disposition"] == "attachment; filename=plain%.txt"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox")
    spaced = server.ask("GET", f"{PROXY}/headers/{quote('a b%.txt')}").headers
    assert spaced["content-disposition"].endswith("filename*=UTF-8''a%20b%25.txt")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("MLmodel", "text/plain"),
        ("model.pkl", "application/octet-stream"),
        ("a.png", "image/png"),
        ("a.json", "text/plain"),
        ("page.html", "application/octet-stream"),
    ],
)
def test_type_follows_the_name_and_ignores_the_accept_header(server, name, kind):
    upload(server, f"types/{name}")
    answer = server.ask("GET", f"{PROXY}/types/{name}", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == kind


def test_range_etag_and_head(server):
    upload(server, "range.txt", b"0123456789")
    address = f"{PROXY}/range.txt"
    part = server.ask("GET", address, headers={"Range": "bytes=2-4"})
    assert (part.status, part.body, part.headers["content-range"]) == (
        206,
        b"234",
        "bytes 2-4/10",
    )
    beyond = server.ask("GET", address, headers={"Range": "bytes=10-"})
    assert (beyond.status, beyond.headers["content-range"]) == (416, "bytes */10")
    head = server.ask("HEAD", address)
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "10")
    same = server.ask("GET", address, headers={"If-None-Match": head.headers["etag"]})
    assert (same.status, same.body) == (304, b"")


def test_missing_file_is_404_and_folder_is_400(server):
    upload(server, "folder/file")
    missing = server.ask("GET", f"{PROXY}/folder/other")
    assert (missing.status, missing.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert missing.json["message"] == "No such artifact: 'folder/other'"
    assert server.ask("GET", f"{PROXY}/folder").status == 400


def test_proxy_lists_base_names_and_a_run_lists_paths(server, run_id):
    folder = f"0/{run_id}/artifacts"
    upload(server, f"{folder}/dir/b.txt", b"22")
    upload(server, f"{folder}/dir/a/deep", b"1")
    upload(server, f"{folder}/top")
    listed = server.get(PROXY, path=f"{folder}/dir").json
    assert listed == {
        "files": [
            {"path": "a", "is_dir": True},
            {"path": "b.txt", "is_dir": False, "file_size": 2},
        ]
    }
    of_run = server.get("artifacts/list", run_id=run_id, path="dir").json
    assert of_run["root_uri"] == f"mlflow-artifacts:/{folder}"
    assert [file["path"] for file in of_run["files"]] == ["dir/a", "dir/b.txt"]
    whole = server.get("artifacts/list", run_uuid=run_id).json
    assert [file["path"] for file in whole["files"]] == ["dir", "top"]


def test_listing_a_file_or_nothing_has_no_files_key(server, run_id):
    upload(server, f"0/{run_id}/artifacts/file")
    assert server.get(PROXY, path=f"0/{run_id}/artifacts/file").json == {}
    assert server.get(PROXY, path="nowhere").json == {}
    assert "files" not in server.get("artifacts/list", run_id=run_id, path="nowhere").json


def test_empty_file_is_listed_without_a_size(server, run_id):
    upload(server, f"0/{run_id}/artifacts/empty", b"")
    files = server.get("artifacts/list", run_id=run_id).json["files"]
    assert files == [{"path": "empty", "is_dir": False}]


def test_delete_takes_a_tree_and_missing_is_fine(server):
    upload(server, "tree/a/b")
    for _ in range(2):
        answer = server.ask("DELETE", f"{PROXY}/tree")
        assert (answer.status, answer.json) == (200, {})
    assert server.get(PROXY, path="tree").json == {}


ESCAPES = [
    "..",
    "../x",
    "a/../../x",
    "%2e%2e/x",
    "%252e%252e/x",
    "%25252e%25252e/x",
    "%2fetc%2fpasswd",
    "a%0ab",
    "a%5cb",
    "%5c%5chost",
    "C:%5cx",
    "C:/x",
    "a/./b",
    "a%2f%2fb",
    "%ff%fe",
    "%c3%28",
    "x" * 256,
    ".assay-incoming/x",
    ".assay-incoming",
]


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_path_that_could_escape_is_refused_by_the_proxy(server, method, path):
    answer = server.ask(method, f"{PROXY}/{path}", b"x" if method == "PUT" else None)
    assert answer.status == 400
    if method != "HEAD":
        assert answer.json == {"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid path"}


def test_path_with_nul_is_refused(server):
    answer = server.ask("PUT", f"{PROXY}/a%00b", b"x")
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize("path", ["..", "/etc/passwd", "a/../b", "%2e%2e/x", "a\\b", "C:\\x"])
def test_path_is_checked_before_the_run_is_looked_up(server, path):
    for answer in (
        server.get("artifacts/list", run_id="unknown", path=path),
        server.get("/get-artifact", run_id="unknown", path=path),
        server.get("logged-models/m-x/artifacts/directories", artifact_directory_path=path),
        server.get(f"{AJAX}/logged-models/m-x/artifacts/files", artifact_file_path=path),
        server.ask("POST", f"{AJAX}/upload-artifact?run_uuid=unknown&path={quote(path)}", b"x"),
    ):
        assert answer.status == 400
        assert answer.json == {"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid path"}


def test_root_can_be_neither_written_nor_deleted(server):
    upload(server, "stays")
    for method in ("PUT", "DELETE"):
        assert server.ask(method, f"{PROXY}/", b"").status in {400, 404, 405}
        assert server.ask(method, PROXY, b"").status in {400, 404, 405}
    assert server.ask("GET", f"{PROXY}/stays").status == 200


def test_link_in_the_destination_is_not_followed(server, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    root(server).mkdir(exist_ok=True)
    (root(server) / "link").symlink_to(tmp_path)
    assert server.ask("GET", f"{PROXY}/link/secret").status == 404
    assert server.get(PROXY, path="link").json == {}
    assert upload(server, "link/new").status == 400
    (root(server) / "link").unlink()


def test_file_of_a_run_by_get_artifact(server, run_id):
    upload(server, f"0/{run_id}/artifacts/dir/a.txt", b"text")
    for name in ("run_id", "run_uuid"):
        answer = server.get("/get-artifact", path="dir/a.txt", **{name: run_id})
        assert (answer.status, answer.body) == (200, b"text")
    assert server.get("/get-artifact", run_id=run_id, path="none").status == 404
    assert server.get("/get-artifact", run_id="f" * 32, path="none").status == 404


def test_small_upload_to_a_run(server, run_id):
    address = f"{AJAX}/upload-artifact"
    stored = server.ask("POST", f"{address}?run_uuid={run_id}&path=up/a.txt", b"text")
    assert stored.status == 200
    assert (root(server) / f"0/{run_id}/artifacts/up/a.txt").read_bytes() == b"text"
    for query, message in {
        "path=a": "Request must specify run_uuid.",
        f"run_uuid={run_id}": "Request must specify path.",
        f"run_uuid={run_id}&path=a": "Request must specify data.",
    }.items():
        answer = server.ask("POST", f"{address}?{query}", b"")
        assert (answer.status, answer.json["message"]) == (400, message)


def test_small_upload_takes_at_most_ten_megabytes(server, run_id):
    address = f"{AJAX}/upload-artifact?run_uuid={run_id}&path=big"
    limit = 10 * 1024 * 1024
    assert server.ask("POST", address, b"x" * limit).status == 200
    answer = server.ask("POST", address, b"x" * (limit + 1))
    assert (answer.status, answer.json["message"]) == (
        400,
        "Artifact size is too large. Max size is 10MB.",
    )


def test_files_of_a_logged_model(server):
    answer = server.post("logged-models", {"experiment_id": "0", "name": "m"})
    model = answer.json["model"]["info"]
    assert model["artifact_uri"] == f"mlflow-artifacts:/0/models/{model['model_id']}/artifacts"
    upload(server, f"0/models/{model['model_id']}/artifacts/sub/MLmodel", b"flavors: {}")
    listed = server.get(
        f"logged-models/{model['model_id']}/artifacts/directories", artifact_directory_path="sub"
    )
    assert [file["path"] for file in listed.json["files"]] == ["sub/MLmodel"]
    address = f"{AJAX}/logged-models/{model['model_id']}/artifacts/files"
    assert server.get(address, artifact_file_path="sub/MLmodel").body == b"flavors: {}"
    missing = server.get(address)
    assert (missing.status, missing.json["error_code"]) == (400, "BAD_REQUEST")


def test_place_that_only_clients_reach_is_never_opened(server, tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    created = server.post(
        "experiments/create", {"name": "elsewhere", "artifact_location": str(tmp_path)}
    )
    run_id = server.new_run(created.json["experiment_id"])
    assert server.get("artifacts/list", run_id=run_id).status == 400
    answer = server.get("/get-artifact", run_id=run_id, path="secret")
    assert answer.status == 400
    assert b"secret" not in answer.body.replace(str(tmp_path).encode(), b"")


def test_upload_whose_digest_differs_is_refused(server):
    wrong = hashlib.sha256(b"other").hexdigest()
    answer = server.ask("PUT", f"{PROXY}/digest?sha256={wrong}", b"content")
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert server.ask("GET", f"{PROXY}/digest").status == 404


def test_upload_that_is_cut_off_leaves_nothing_visible(server):
    parts = urlsplit(server.url)
    head = (
        f"PUT {PROXY}/cut/file HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 5000000\r\n\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(head.encode() + b"x" * 2_000_000)
        wait_until(lambda: hidden(server))
    wait_until(lambda: not hidden(server))
    assert server.ask("GET", f"{PROXY}/cut/file").status == 404
    assert server.get(PROXY, path="cut").json == {}


def test_chunked_upload_of_unknown_length_is_stored(server):
    pieces = (bytes([number]) * 100_000 for number in range(30))
    assert server.ask("PUT", f"{PROXY}/chunked", pieces).status == 200
    assert len(server.ask("GET", f"{PROXY}/chunked").body) == 3_000_000


def test_file_in_parts_through_our_own_addresses(server):
    created = server.post(
        f"{PARTS}/create/parts/dir", {"path": "/home/user/big.bin", "num_parts": 2}
    ).json
    etags = []
    for credential, content in zip(created["credentials"], (b"one ", b"two"), strict=True):
        address = urlsplit(credential["url"])
        assert address.netloc == urlsplit(server.url).netloc
        answer = server.ask("PUT", address.path, content)
        assert answer.status == 200
        etags.append(answer.headers["etag"])
    assert server.get(PROXY, path="parts/dir").json == {}
    completed = server.post(
        f"{PARTS}/complete/parts/dir",
        {
            "path": "/home/user/big.bin",
            "upload_id": created["upload_id"],
            "parts": [
                {"part_number": number, "etag": etag} for number, etag in enumerate(etags, start=1)
            ],
        },
    )
    assert (completed.status, completed.json) == (200, {})
    assert server.ask("GET", f"{PROXY}/parts/dir/big.bin").body == b"one two"


def test_aborted_upload_in_parts_is_forgotten(server):
    body = {"path": "C:\\data\\big.bin", "num_parts": 1}
    created = server.post(f"{PARTS}/create/parts/abort", body).json
    address = urlsplit(created["credentials"][0]["url"]).path
    server.ask("PUT", address, b"one")
    aborted = server.post(
        f"{PARTS}/abort/parts/abort", {"path": "big.bin", "upload_id": created["upload_id"]}
    )
    assert aborted.status == 200
    assert server.ask("PUT", address, b"one").status == 400
    assert server.get(PROXY, path="parts/abort").json == {}


@pytest.mark.parametrize("directory", ["..", "a/../b", "%2e%2e"])
def test_upload_in_parts_outside_the_root_is_refused(server, directory):
    answer = server.post(f"{PARTS}/create/{quote(directory)}", {"path": "x", "num_parts": 1})
    assert (answer.status, answer.json["message"]) == (400, "Invalid path")


def test_presigned_download_of_a_folder_is_not_implemented(server):
    upload(server, "presigned")
    answer = server.ask("GET", "/api/2.0/mlflow-artifacts/presigned/presigned")
    assert (answer.status, answer.json["error_code"]) == (501, "NOT_IMPLEMENTED")
