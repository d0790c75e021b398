"""`assay top` in a terminal of its own: it survives a lost server and leaves the terminal as it was."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

import pytest

import assay
from client_processes import environment
from servers import DEADLINE_S, server_process

LEFT_SCREEN = b"\x1b[?1049l"
SHOWN_CURSOR = b"\x1b[?25h"


class Terminal:
    """A pseudo-terminal with one program in it, and all that the program wrote."""

    def __init__(self, *words, folder, uri):
        self.main, self.inner = pty.openpty()
        termios.tcsetwinsize(self.inner, (30, 160))
        self.before = termios.tcgetattr(self.inner)
        self.written = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assay", *words],
            cwd=folder,
            env=environment(folder, uri, TERM="xterm-256color"),
            stdin=self.inner,
            stdout=self.inner,
            stderr=self.inner,
            start_new_session=True,
            # Ctrl+C is a signal only to those whose terminal this is.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 no threads here
        )

    def wait_for(self, text):
        """Read until the program has written `text` after this call began."""
        start, end = len(self.written), time.monotonic() + DEADLINE_S
        while text.encode() not in self.written[start:]:
            assert time.monotonic() < end, self.written[-3000:]
            self._read()

    def press(self, key):
        os.write(self.main, key)

    def wait_ended(self):
        end = time.monotonic() + DEADLINE_S
        while self.process.poll() is None:
            assert time.monotonic() < end, self.written[-3000:]
            self._read()
        self._read()
        return self.process.returncode

    def is_as_before(self):
        return termios.tcgetattr(self.inner) == self.before

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.main)
        os.close(self.inner)

    def _read(self):
        ready, _, _ = select.select([self.main], [], [], 0.05)
        if ready:
            self.written += os.read(self.main, 1 << 16)


@pytest.fixture
def open_terminal(tmp_path):
    opened = []

    def opener(uri):
        folder = tmp_path / "terminal"
        folder.mkdir()
        opened.append(Terminal("top", folder=folder, uri=uri))
        return opened[-1]

    yield opener
    for terminal in opened:
        terminal.close()


def end_by(terminal, how):
    if how == "SIGTERM":
        terminal.process.send_signal(signal.SIGTERM)
    else:
        terminal.press(how)


@pytest.mark.parametrize("how", [b"q", b"\x03", "SIGTERM"])
def test_it_ends_at_a_key_or_a_signal_and_leaves_the_terminal_clean(tmp_path, open_terminal, how):
    terminal = open_terminal(str(tmp_path / "runs"))
    terminal.wait_for("No run is running")
    end_by(terminal, how)
    assert terminal.wait_ended() == 0
    assert terminal.is_as_before()
    assert LEFT_SCREEN in terminal.written
    assert SHOWN_CURSOR in terminal.written[terminal.written.rindex(LEFT_SCREEN) - 50 :]
    assert b"Traceback" not in terminal.written


def test_a_server_that_goes_away_is_said_and_asked_again(tmp_path, open_terminal):
    root = tmp_path / "server"
    root.mkdir()
    with server_process(root) as server:
        client = assay.Client(server.url)
        run_id = client.create_run("0", run_name="watched-run").info.run_id
        client.log_metric(run_id, "loss", 0.5)
        assert client.flush()
        client.connection.close()
        port = int(server.url.rpartition(":")[2])
        terminal = open_terminal(server.url)
        terminal.wait_for("watched-run")
        server.kill()
        terminal.wait_for("No answer for")
        terminal.wait_for("watched-run")
    with server_process(root, port=port):
        terminal.wait_for("1 running\x1b[0m")
        terminal.press(b"q")
        assert terminal.wait_ended() == 0
    assert terminal.is_as_before()
