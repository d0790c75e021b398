"""Events: whoever follows is told in order of what changes, and can come back to where it was."""

import contextlib
import http.client
import itertools
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from click.testing import CliRunner

import assay
from assay.cli.main import assay as command
from assay.server.limits import Limits
from databases import PostgresqlServer
from fluent_places import Place, places
from servers import DEADLINE_S, RunningServer, server_on_thread, server_process, wait_until

STREAM = "/api/assay/v1/events"
LIST = "/api/assay/v1/events/list"


class Follower:
    """One stream of events."""

    def __init__(self, server: RunningServer, after: str = "", **topics: Any) -> None:
        parts = urlsplit(server.url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=DEADLINE_S)
        headers = {"Last-Event-ID": after} if after else {}
        address = f"{STREAM}?{urlencode(topics, doseq=True)}" if topics else STREAM
        self.connection.request("GET", address, headers=headers)
        self.answer = self.connection.getresponse()
        self.last_id = after

    def messages(self) -> Iterator[tuple[str, Any]]:
        """Yield kind and data of each event."""
        fields: dict[str, str] = {}
        for line in self.answer:
            text = line.decode().rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                fields[name] = value
                continue
            self.last_id = fields.get("id", self.last_id)
            if "data" in fields:
                yield fields["event"], json.loads(fields["data"])
            fields = {}

    def take(self, n: int) -> list[tuple[str, Any]]:
        return list(itertools.islice(self.messages(), n))

    def wait_until_ready(self) -> "Follower":
        """Wait for the message that says where the stream begins."""
        while not self.last_id:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith("id: "):
                self.last_id = line.removeprefix("id: ")
                self.answer.readline()
        return self

    def leave(self) -> None:
        with contextlib.suppress(OSError):
            if self.connection.sock is not None:
                self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.answer.close()
        self.connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path) -> Iterator[RunningServer]:
    uri = None
    if request.param == "postgresql":
        databases: PostgresqlServer = request.getfixturevalue("postgresql_server")
        uri = databases.fresh_uri()
    with server_on_thread(tmp_path, database_uri=uri, limits=Limits(n_streams=3)) as running:
        yield running


def log(server: RunningServer, run_id: str, step: int = 0) -> None:
    metric = {"key": "loss", "value": 1.0, "timestamp": 1, "step": step}
    answer = server.post("runs/log-batch", {"run_id": run_id, "metrics": [metric]})
    assert answer.status == 200


def test_a_follower_is_told_in_order_of_runs_metrics_and_experiments(server):
    follower = Follower(server).wait_until_ready()
    run_id = server.new_run()
    log(server, run_id)
    server.post("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 5})
    experiment = server.new_experiment("other")
    told = follower.take(4)
    follower.leave()
    assert [(kind, data["run_id"], data["changed"]) for kind, data in told] == [
        ("run", run_id, ["created"]),
        ("run", run_id, ["metrics"]),
        ("run", run_id, ["status"]),
        ("experiment", None, ["created"]),
    ]
    assert told[3][1]["experiment_id"] == experiment
    assert follower.answer.headers["Content-Type"] == "text/event-stream"


def test_a_follower_that_was_cut_off_misses_nothing(server):
    first = Follower(server).wait_until_ready()
    run_id = server.new_run()
    first.take(1)
    first.leave()
    for step in range(5):
        log(server, run_id, step)
    second = Follower(server, after=first.last_id)
    told = second.take(5)
    second.leave()
    assert [data["changed"] for _, data in told] == [["metrics"]] * 5


def test_topics_choose_what_is_told(server):
    experiment = server.new_experiment("mine")
    mine, other = server.new_run(experiment), server.new_run()
    by_experiment = Follower(server, experiment_ids=experiment).wait_until_ready()
    by_run = Follower(server, run_ids=other, changed="metrics").wait_until_ready()
    for run_id in (mine, other):
        server.post("runs/set-tag", {"run_id": run_id, "key": "a", "value": "b"})
        log(server, run_id)
    assert [data["run_id"] for _, data in by_experiment.take(2)] == [mine, mine]
    assert [data["changed"] for _, data in by_run.take(1)] == [["metrics"]]
    by_experiment.leave()
    by_run.leave()


def test_streams_that_are_left_make_room_for_others(server):
    followers = [Follower(server).wait_until_ready() for _ in range(3)]
    assert server.ask("GET", STREAM).status == 429
    for follower in followers:
        follower.leave()
    wait_until(lambda: _opens(server))


def _opens(server: RunningServer) -> bool:
    follower = Follower(server)
    status = follower.answer.status
    follower.leave()
    return status == 200


def test_a_place_that_the_log_has_no_more_is_told_as_a_reset(server):
    follower = Follower(server, after="999999999999-999999999999")
    ((kind, data),) = follower.take(1)
    follower.leave()
    assert (kind, data["changed"]) == ("reset", ["reset"])


@pytest.mark.parametrize("query", ["after=x", "after=1-2-3-4", "changed=all", "changed="])
@pytest.mark.parametrize("path", [STREAM, LIST])
def test_nonsense_is_refused(server, path, query):
    answer = server.ask("GET", f"{path}?{query}")
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_a_stream_can_be_asked_for_its_head(server):
    answer = server.ask("HEAD", STREAM)
    assert (answer.status, answer.body) == (200, b"")


def test_events_can_be_listed_page_by_page(server):
    start = server.get(LIST).json
    assert start["events"] == []
    run_ids = [server.new_run() for _ in range(5)]
    found: list[str] = []
    after = start["next"]
    while True:
        page = server.get(LIST, after=after, max_results=2).json
        found += [event["run_id"] for event in page["events"]]
        after = page["next"]
        if not page["has_more"]:
            break
    assert found == run_ids


def test_a_server_with_followers_stops_at_once(tmp_path):
    with server_process(tmp_path) as server:
        followers = [Follower(server).wait_until_ready() for _ in range(3)]
        server.stop()
        for follower in followers:
            # Ended, not cut off after the time that answers get to end.
            assert list(follower.messages()) == []
            follower.leave()


def test_several_servers_on_one_database_tell_of_each_other(postgresql_server, tmp_path):
    uri = postgresql_server.fresh_uri()
    with (
        server_on_thread(tmp_path / "a", database_uri=uri) as first,
        server_on_thread(tmp_path / "b", database_uri=uri) as second,
    ):
        follower = Follower(first).wait_until_ready()
        run_id = second.new_run()
        ((_, data),) = follower.take(1)
        follower.leave()
    assert data["run_id"] == run_id


@pytest.fixture(params=["embedded", "server"])
def place(request: pytest.FixtureRequest, tmp_path, monkeypatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with places(request.param, tmp_path) as made:
        yield made


def test_python_follows_wherever_runs_go(place):
    client = place.client()
    start = client.list_events().next
    with assay.start_run() as run:
        assay.log_param("rate", 0.1)
    told = client.iter_events(start, run_ids=[run.info.run_id])
    parts: set[str] = set()
    while "status" not in parts:
        event = next(told)
        assert event.run_id == run.info.run_id
        parts.update(event.changed)
    assert {"created", "params", "status"} <= parts


def test_the_command_prints_what_changes(place):
    start = place.client().list_events().next
    with assay.start_run() as run:
        pass
    printed: list[str] = []

    def invoke() -> None:
        # It never ends by itself; the store that it asks goes away at the end of the test.
        result = CliRunner().invoke(command, ["events", "--after", start, "--changed", "created"])
        printed.append(result.output)

    with contextlib.ExitStack() as stack:
        monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
        monkeypatch.setattr("assay.client.events.time.sleep", _interrupt)
        thread = threading.Thread(target=invoke)
        thread.start()
        thread.join(DEADLINE_S)
    assert f"run {run.info.run_id}  created" in printed[0]


def _interrupt(_seconds: float) -> None:
    raise KeyboardInterrupt
