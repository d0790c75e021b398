"""How the built web UI is served: its page for every address, its files, and nothing else."""

import gzip
import json
import re

import pytest

from assay.server.browser_answers import pack
from assay.server.web_ui import WebUi

PAGE = """<!doctype html><link href="./static-files/ui/index-AAAAAAAA.css">
<script type="application/json" id="bootstrap">{"prefix": ""}</script>
<script type="module" src="./static-files/ui/index-AbCd_-12.js"></script>"""


@pytest.fixture
def folder(tmp_path):
    files = tmp_path / "static-files" / "ui"
    files.mkdir(parents=True)
    (tmp_path / "index.html").write_text(PAGE)
    (files / "index-AbCd_-12.js").write_text("script")
    (files / "index-AbCd_-12.js.br").write_bytes(b"brotli")
    (files / "index-AbCd_-12.js.gz").write_bytes(b"gzip")
    (files / "theme.js").write_text("theme")
    (files / "sandbox.html").write_text("sandbox")
    (tmp_path / ".built-from").write_text("digest")
    return tmp_path


def ui(folder, prefix=""):
    return WebUi(version="1.2<3", static_prefix=prefix, folder=folder)


@pytest.mark.parametrize(
    "path", ["/", "/experiments", "/e/3", "/r/abc/artifacts/a/b.png", "/v/1", "/settings/tokens"]
)
def test_every_address_of_the_ui_has_the_page(folder, path):
    page = ui(folder).find(path, {})
    assert page.status == 200
    assert b'src="/static-files/ui/index-AbCd_-12.js"' in page.body


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/static-files/ui/../../index.html",
        "/.built-from",
        "/index.html",
        "/elsewhere/e",
    ],
)
def test_other_addresses_have_nothing(folder, path):
    assert ui(folder).find(path, {}) is None


def test_the_page_says_prefix_and_version_and_no_text_can_leave_its_element(folder):
    page = ui(folder, "/team").find("/team/e/1", {})
    assert b'src="/team/static-files/ui/' in page.body
    said = re.search(rb'id="bootstrap">(.*?)</script>', page.body)[1]
    assert b"<" not in said
    assert json.loads(said) | {"nonce": ""} == {"prefix": "/team", "version": "1.2<3", "nonce": ""}
    assert ui(folder, "/team").find("/e/1", {}) is None


def test_each_page_has_a_nonce_of_its_own_for_styles_and_none_for_scripts(folder):
    pages = [ui(folder).find("/", {}) for _ in range(2)]
    nonces = {
        json.loads(re.search(rb"bootstrap\">(.*?)<", page.body)[1])["nonce"] for page in pages
    }
    assert len(nonces) == 2
    policy = dict(pages[0].headers)[b"content-security-policy"].decode()
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "'unsafe-" not in policy


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        (b"gzip, deflate, br", b"br", b"brotli"),
        (b"gzip;q=1.0", b"gzip", b"gzip"),
        (b"", None, b"script"),
    ],
)
def test_a_file_comes_in_the_best_encoding_that_is_taken(folder, accepted, encoding, body):
    answer = ui(folder).find("/static-files/ui/index-AbCd_-12.js", {b"accept-encoding": accepted})
    headers = dict(answer.headers)
    assert (answer.body, headers.get(b"content-encoding")) == (body, encoding)
    assert headers[b"cache-control"] == b"public, max-age=31536000, immutable"


def test_a_file_without_a_digest_in_its_name_is_asked_for_again_and_not_sent_twice(folder):
    first = ui(folder).find("/static-files/ui/theme.js", {})
    headers = dict(first.headers)
    assert headers[b"cache-control"] == b"no-cache"
    again = ui(folder).find("/static-files/ui/theme.js", {b"if-none-match": headers[b"etag"]})
    assert (again.status, again.body) == (304, b"")


def test_the_sandbox_has_no_origin_and_no_network(folder):
    policy = dict(ui(folder).find("/static-files/ui/sandbox.html", {}).headers)[
        b"content-security-policy"
    ].decode()
    assert policy.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in policy
    assert "connect-src 'none'" in policy


def test_without_a_build_the_page_says_how_to_make_one(tmp_path):
    page = ui(tmp_path / "none").find("/", {})
    assert b"make ui" in page.body


def test_an_answer_is_compressed_for_a_browser_that_takes_it():
    body = b'{"key": "value"}' * 1000
    packed = pack(body, {b"accept-encoding": b"gzip, br"}, is_read=False)
    assert (b"content-encoding", b"gzip") in packed.headers
    assert gzip.decompress(packed.body) == body
    assert pack(body, {}, is_read=False).body == body
    assert pack(b"short", {b"accept-encoding": b"gzip"}, is_read=False).headers == ()


def test_what_a_browser_has_already_is_not_sent_again():
    first = pack(b"{}", {}, is_read=True)
    etag = dict(first.headers)[b"etag"]
    assert pack(b"{}", {b"if-none-match": etag}, is_read=True).status == 304
    assert pack(b"{ }", {b"if-none-match": etag}, is_read=True).status == 200
