"""`assay top`: its frames. How it behaves in a terminal is tested in `tests/faults`."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import assay
from assay.cli.top_page import sparkline, top_page
from assay.client.running_runs import RunningMetric, RunningRun

NOW_MS = 1_800_000_000_000


def text_of(page):
    console = Console(width=160)
    with console.capture() as captured:
        console.print(page)
    return captured.get()


def running(**fields):
    return RunningRun(
        **{
            "run_id": "a" * 32,
            "name": "swift-otter",
            "experiment": "digits",
            "started_ms": NOW_MS - 90_000,
            "step": 7,
            "metrics": (RunningMetric(key="loss", value=0.25, course=(3.0, 2.0, 1.0)),),
            "last_seen_ms": NOW_MS - 2000,
            **fields,
        }
    )


def test_a_run_is_shown_with_all_that_is_known():
    line = text_of(
        top_page([running(cpu_percent=51.0, gpu_percent=99.0)], place="here", now_ms=NOW_MS)
    ).splitlines()[2]
    for word in ("swift-otter", "digits", "running", "1m 30s", " 7 ", "51%", "99%", "2.0s", "loss"):
        assert word in line
    assert "0.25 █▅▁" in line


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"has_lost_contact": True}, "lost contact"),
        ({"last_seen_ms": NOW_MS - 40_000}, "silent"),
        ({"last_seen_ms": None}, "running"),
    ],
)
def test_a_run_that_is_not_heard_of_is_told_from_others(fields, state):
    assert state in text_of(top_page([running(**fields)], place="here", now_ms=NOW_MS))


def test_what_is_wrong_is_said_and_the_last_answer_stays():
    page = text_of(top_page([running()], place="here", now_ms=NOW_MS, note="No answer"))
    assert "No answer" in page
    assert "swift-otter" in page
    assert "Asking" in text_of(top_page(None, place="here", now_ms=NOW_MS))
    assert "No run is running" in text_of(top_page([], place="here", now_ms=NOW_MS))


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=30))
def test_a_sparkline_has_a_place_for_each_value(course):
    drawn = sparkline(course)
    known = [value for value in course if value is not None]
    assert len(drawn) == (len(course) if known else 0)
    if known and min(known) < max(known):
        assert drawn[course.index(max(known))] == "█"


@pytest.fixture
def going_on(place, monkeypatch):
    # The command changes these for its process, which is ours here.
    for name in ("MAX_RETRIES", "TIMEOUT"):
        monkeypatch.setenv(f"ASSAY_HTTP_REQUEST_{name}", "5")
    with assay.start_run(run_name="alive", experiment_id="0") as found:
        for step in range(40):
            assay.log_metric("loss", 1 / (step + 1), step=step)
        assay.log_metric("system/cpu_utilization_percentage", 12.0)
        yield found.info.run_id
    with assay.start_run(run_name="over", experiment_id="0"):
        pass


def test_one_frame_shows_the_runs_that_are_running(run, going_on):
    output = run("top", "--once").stdout
    assert "1 running" in output
    assert "alive" in output
    assert "39" in output
    assert "12%" in output


def test_into_a_pipe_there_is_one_frame_and_as_json_all_that_is_known(run, going_on):
    assert "alive" in run("top").stdout
    found = json.loads(run("top", "--json").stdout)
    assert [one["run_id"] for one in found] == [going_on]
    assert found[0]["step"] == 39
    assert found[0]["metrics"][0]["key"] == "loss"
    assert len(found[0]["metrics"][0]["course"]) > 1
    assert found[0]["cpu_percent"] == 12.0
