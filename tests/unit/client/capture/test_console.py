"""Console output is kept with head and tail, without secrets, and survives its process."""

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.client.capture import console
from assay.client.capture.console import Console, HeadAndTail


@given(st.lists(st.binary(max_size=30)), st.integers(8, 64))
def test_head_and_tail_are_the_beginning_and_the_end(parts, limit):
    kept = HeadAndTail(limit)
    for part in parts:
        kept.add(part)
    whole = b"".join(parts)
    content = kept.content()
    if len(whole) <= limit:
        assert content == whole
    else:
        head = limit // 4
        assert content.startswith(whole[:head])
        assert content.endswith(whole[len(whole) - (limit - head) :])
        assert b"[... %d bytes left out ...]" % (len(whole) - limit) in content


def console_in(folder, limit=1000):
    folder.mkdir(exist_ok=True)
    return Console(limit, lambda: folder / "a.content")


def test_what_was_taken_in_lies_in_the_file_at_once(tmp_path):
    listening = console_in(tmp_path)
    listening.feed("one\ntw")
    listening.take_in()
    assert (tmp_path / "a.content").read_bytes() == b"one\n"
    assert listening.content() == b"one\ntw"


def test_a_file_that_somebody_delivered_and_deleted_comes_back_whole(tmp_path):
    listening = console_in(tmp_path)
    listening.feed("one\n")
    listening.take_in()
    (tmp_path / "a.content").unlink()
    listening.feed("two\n")
    listening.take_in()
    assert (tmp_path / "a.content").read_bytes() == b"one\ntwo\n"


def test_the_file_stays_small_however_much_is_printed(tmp_path):
    listening = console_in(tmp_path, limit=100)
    for number in range(1000):
        listening.feed(f"line {number}\n")
        listening.take_in()
    assert (tmp_path / "a.content").stat().st_size < 400
    assert listening.content().startswith(b"line 0\n")
    assert listening.content().endswith(b"line 999\n")


def test_a_secret_in_two_pieces_is_withheld(tmp_path):
    listening = console_in(tmp_path)
    listening.feed("key AKIA")
    listening.take_in()
    listening.feed("IOSFODNN7EXAMPLE done\n")
    listening.take_in()
    assert listening.content() == b"key [withheld: AWS key] done\n"
    assert listening.withheld == ["console: AWS key"]


def test_of_a_progress_bar_only_the_last_state_stays(tmp_path):
    listening = console_in(tmp_path)
    listening.feed("\r 10%\r 50%\r100%\nnext\r\n")
    listening.take_in(is_last=True)
    assert listening.content() == b"100%\nnext\r\n"


def test_ansi_codes_stay(tmp_path):
    listening = console_in(tmp_path)
    listening.feed("\x1b[31mred\x1b[0m\n")
    listening.take_in()
    assert listening.content() == b"\x1b[31mred\x1b[0m\n"


def test_streams_are_copied_while_somebody_listens_and_then_left_alone(tmp_path, monkeypatch):
    stream = type("Stream", (io.StringIO,), {})()
    monkeypatch.setattr(sys, "stdout", stream)
    # Runs that other tests left open may listen too.
    monkeypatch.setattr(console, "_consoles", [])
    listening = console_in(tmp_path)
    console.listen(listening)
    print("heard")
    console.stop(listening)
    print("not heard")
    listening.take_in(is_last=True)
    assert listening.content() == b"heard\n"
    assert stream.getvalue() == "heard\nnot heard\n"
    assert "write" not in vars(stream)


def test_a_disk_that_takes_nothing_costs_the_file_only(tmp_path):
    def refuse():
        raise OSError("full")

    listening = Console(1000, refuse)
    listening.feed("one\n")
    listening.take_in()
    assert listening.content() == b"one\n"


@pytest.mark.parametrize("n_parts", [1, 1000])
def test_order_is_kept(tmp_path, n_parts):
    listening = console_in(tmp_path, limit=100_000)
    for number in range(n_parts):
        listening.feed(f"{number}\n")
    listening.take_in(is_last=True)
    assert listening.content().split() == [str(number).encode() for number in range(n_parts)]
