"""Which id a server gave to a run that was begun without it, and how much of a journal it has.

Only plain MLflow servers need this: they choose run ids themselves and keep no marks. Both facts lie
beside the journal, so that `assay sync` finds them after the process is gone.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec


class RemoteRun(msgspec.Struct, frozen=True):
    """The run's id at one server, and for each writer the last record that it was sent."""

    uri: str
    run_id: str
    marks: dict[str, int] = {}


_table: Final = msgspec.json.Decoder(list[RemoteRun])


class RemoteRuns:
    """What is known of runs at the server `uri`, kept in `<journals>/<run id>/remote.json`."""

    def __init__(self, journals: Path, uri: str) -> None:
        self._journals = journals
        self._uri = uri
        self._known: dict[str, RemoteRun] = {}

    def find(self, run_id: str) -> RemoteRun | None:
        """Return what is known of a run; None when nothing is."""
        known = self._known.get(run_id)
        if known is None:
            known = next((run for run in self._read(run_id) if run.uri == self._uri), None)
            if known is not None:
                self._known[run_id] = known
        return known

    def id_of(self, run_id: str) -> str:
        """Return the run's id at the server."""
        known = self.find(run_id)
        return run_id if known is None else known.run_id

    def keep(self, run_id: str, remote_id: str) -> None:
        """Remember which id the server gave to a run."""
        self._write(run_id, RemoteRun(self._uri, remote_id))

    def keep_mark(self, run_id: str, writer_id: str, seq: int) -> None:
        """Remember that the server has a writer's records up to `seq`."""
        known = self.find(run_id) or RemoteRun(self._uri, run_id)
        self._write(run_id, RemoteRun(self._uri, known.run_id, {**known.marks, writer_id: seq}))

    def _read(self, run_id: str) -> list[RemoteRun]:
        try:
            return _table.decode(self._path(run_id).read_bytes())
        except (OSError, msgspec.MsgspecError):
            return []

    def _write(self, run_id: str, run: RemoteRun) -> None:
        self._known[run_id] = run
        others = [other for other in self._read(run_id) if other.uri != self._uri]
        path = self._path(run_id)
        draft = path.with_name(f".{os.getpid()}-{path.name}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_bytes(msgspec.json.encode([*others, run]))
            draft.replace(path)

    def _path(self, run_id: str) -> Path:
        return self._journals / run_id / "remote.json"
