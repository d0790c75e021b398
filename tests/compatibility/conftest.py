"""Real MLflow clients, each version in an environment of its own, against one real assay server.

Each test module has a script of the same name in `clients/`. It runs once per client version and
prints what it saw; the tests assert on that. Set ASSAY_COMPATIBILITY_URI to put the same questions
to another server, for instance to a real MLflow one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.environments import ROOT, environment_python
from benchmarks.peers import ASSAY, MLFLOW_SINGLE, quiet_environment, serving

CLIENTS = ("client-2.22", "client-3.6", "client-newest")
SCRIPTS = Path(__file__).parent / "clients"

Facts = dict[str, Any]


@pytest.fixture(scope="session")
def tracking_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = os.environ.get("ASSAY_COMPATIBILITY_URI")
    if given:
        yield given
        return
    with serving(ASSAY, tmp_path_factory.mktemp("server")) as server:
        yield server.url


@pytest.fixture(scope="session")
def reference_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real MLflow 3.6 server."""
    with serving(MLFLOW_SINGLE, tmp_path_factory.mktemp("reference")) as server:
        yield server.url


@pytest.fixture(scope="module", params=CLIENTS)
def client_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name in getattr(request.module, "WITHOUT", ()):
        pytest.skip(f"{name} does not know this part of the API")
    return name


@pytest.fixture(scope="module")
def facts(request: pytest.FixtureRequest, client_name: str, tracking_uri: str) -> Facts:
    """What the module's script saw through the client called `client_name`."""
    script = SCRIPTS / f"{request.path.stem.removeprefix('test_')}.py"
    return run_script(environment_python(client_name), script, tracking_uri)


def run_script(python: Path, script: Path, uri: str) -> Facts:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")},
        **quiet_environment(),
        "PYTHONPATH": str(ROOT / "src") if python == Path(sys.executable) else "",
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    }
    done = subprocess.run(
        [str(python), str(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: Facts = json.loads(done.stdout.splitlines()[-1])
    return found
