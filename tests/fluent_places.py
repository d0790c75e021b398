"""The places that fluent code can log to, for tests that must hold at each of them."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import assay
from assay.client import active, connection, fluent
from assay.client.probe import ServerKind
from assay.entities import Run
from servers import server_on_thread


class Place:
    """Where runs are logged (`uri`) and where they can be read back (`read_uri`)."""

    def __init__(self, kind: str, uri: str, read_uri: str, journals: Path | None = None) -> None:
        self.kind = kind
        self.uri = uri
        self.read_uri = read_uri
        self._journals = journals

    def settle(self) -> None:
        """Deliver what was logged offline."""
        if self._journals is not None:
            assert assay.sync(self._journals, to=self.read_uri).is_complete

    def client(self) -> assay.MlflowClient:
        """Return a client that reads."""
        self.settle()
        return assay.MlflowClient(self.read_uri)

    def get_run(self, run_id: str) -> Run:
        """Return a run as the store has it."""
        return self.client().get_run(run_id)


@contextmanager
def places(kind: str, folder: Path) -> Iterator[Place]:
    """Set the tracking URI to a fresh place of this kind; forget everything afterwards."""
    with contextlib.ExitStack() as stack:
        stack.callback(forget_everything)
        if kind == "plain server":
            # Ours speaks all of MLflow's API, so it will do where only that may be used.
            stack.enter_context(
                patch("assay.client.connection.probe", return_value=ServerKind.MLFLOW)
            )
        if kind.endswith("server"):
            url = stack.enter_context(server_on_thread(folder / "server")).url
            place = Place(kind, url, url)
        elif kind == "offline":
            place = Place(kind, f"offline:{folder / 'off'}", str(folder / "store"), folder / "off")
        else:
            place = Place(kind, str(folder / "store"), str(folder / "store"))
        stack.callback(connection.close_all)
        assay.set_tracking_uri(place.uri)
        yield place


def forget_everything() -> None:
    """End what is active and close every connection, so that tests do not see each other."""
    for entry in active.all_active():
        active.end(entry, assay.entities.RunStatus.FINISHED)
    connection.close_all()
    active.thread.__init__()
    assay.set_tracking_uri("")
    fluent.forget_experiment()
