"""Ranges, conditions and headers of file answers, after RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.artifacts.local import LocalStore
from assay.server.file_answers import ByteRange, answer_file, disposition, http_date, parse_range


@pytest.fixture
def file(tmp_path):
    store = LocalStore(tmp_path)
    store.write("a.txt", [b"0123456789"])
    return store.open("a.txt")


def body(answer):
    return b"".join(answer.content)


def test_whole_file_carries_what_a_client_needs_to_know(file):
    answer = answer_file(file, "dir/a.txt", {})
    headers = dict(answer.headers)
    assert answer.status == 200
    assert headers["content-type"] == "text/plain"
    assert headers["content-disposition"] == "attachment; filename=a.txt"
    assert headers["content-length"] == "10"
    assert headers["accept-ranges"] == "bytes"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox")
    assert headers["etag"] == f'"{file.stat.etag}"'
    assert headers["last-modified"].endswith("GMT")
    assert body(answer) == b"0123456789"


@pytest.mark.parametrize(
    ("asked", "content", "bounds"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_range_is_answered_with_206(file, asked, content, bounds):
    answer = answer_file(file, "a.txt", {"range": asked})
    assert answer.status == 206
    assert dict(answer.headers)["content-range"] == bounds
    assert dict(answer.headers)["content-length"] == str(len(content))
    assert body(answer) == content


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_range_outside_the_file_is_answered_with_416(file, asked):
    answer = answer_file(file, "a.txt", {"range": asked})
    assert answer.status == 416
    assert dict(answer.headers)["content-range"] == "bytes */10"
    assert b"BAD_REQUEST" in body(answer)


@pytest.mark.parametrize(
    "asked", ["", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "x" * 99]
)
def test_range_of_another_form_is_ignored(file, asked):
    assert answer_file(file, "a.txt", {"range": asked}).status == 200


@pytest.mark.parametrize("form", ['"{}"', '"x", W/"{}"', "*"])
def test_known_etag_is_answered_with_304_and_no_content(file, form):
    headers = {"if-none-match": form.format(file.stat.etag), "range": "bytes=0-1"}
    answer = answer_file(file, "a.txt", headers)
    assert (answer.status, body(answer)) == (304, b"")


def test_unknown_etag_and_bad_dates_get_the_file(file):
    headers = {"if-none-match": '"other"', "if-modified-since": "yesterday"}
    assert answer_file(file, "a.txt", headers).status == 200


def test_unmodified_file_is_answered_with_304(file):
    answer = answer_file(file, "a.txt", {"if-modified-since": http_date(file.stat.modified_ms)})
    assert answer.status == 304


@pytest.mark.parametrize(("tag", "status"), [("{}", 206), ("other", 200)])
def test_if_range_gives_the_range_only_of_the_same_version(file, tag, status):
    headers = {"range": "bytes=0-1", "if-range": f'"{tag.format(file.stat.etag)}"'}
    assert answer_file(file, "a.txt", headers).status == status


@given(st.text(alphabet="bytes=-0123456789, ", max_size=30), st.integers(0, 10**12))
def test_any_range_header_stays_inside_the_file(header, size):
    wanted = parse_range(header, size)
    assert wanted is None or wanted.start >= 0
    assert wanted is None or wanted.end <= size


def test_range_of_an_empty_file_is_empty():
    assert parse_range("bytes=0-", 0) == ByteRange(0, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a.txt", "attachment; filename=a.txt"),
        ("100%.txt", "attachment; filename=100%.txt"),
        ("a b.txt", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
        ('q".txt', "attachment; filename=\"q_.txt\"; filename*=UTF-8''q%22.txt"),
        ("ü.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%BC.txt"),
    ],
)
def test_name_is_quoted_when_it_needs_to_be(name, value):
    assert disposition(name) == value


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()))
def test_no_name_breaks_out_of_its_header(name):
    value = disposition(name)
    assert value.isascii()
    assert "\r" not in value
    assert "\n" not in value
    assert value.count('"') in (0, 2)
