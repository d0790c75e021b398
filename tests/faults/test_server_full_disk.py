"""A server whose disk is full says so, keeps what it has, and goes on when there is room again."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import server_process, wait_until

DISK = "3m"
FILLER_BYTES = 64 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of three megabytes; needs the right to mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def fill(place: Path) -> Path:
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * FILLER_BYTES)
        except OSError:
            return filler


def points(first_step: int) -> list[dict[str, object]]:
    return [
        {"key": "m", "value": step / 7, "timestamp": 1, "step": step}
        for step in range(first_step, first_step + 900)
    ]


def test_full_disk_is_reported_and_survived(small_disk):
    with server_process(small_disk) as server:
        run_id = server.new_run()
        assert server.post("runs/log-batch", {"run_id": run_id, "metrics": points(0)}).status == 200
        filler = fill(small_disk)
        refused = log_until_refused(server, run_id)
        assert refused.status == 503
        assert refused.json["error_code"] == "TEMPORARILY_UNAVAILABLE"
        assert "full" in refused.json["message"].lower()
        assert server.get("runs/get", run_id=run_id).status == 200
        filler.unlink()
        again = {"run_id": run_id, "metrics": points(1_000_000)}
        wait_until(lambda: server.post("runs/log-batch", again).status == 200)
        history = server.get(
            "metrics/get-history", run_id=run_id, metric_key="m", max_results=25_000
        )
        steps = {point["step"] for point in history.json["metrics"]}
        assert set(range(900)) | set(range(1_000_000, 1_000_900)) <= steps


def test_upload_to_a_full_disk_leaves_nothing_behind(small_disk):
    with server_process(small_disk) as server:
        run_id = server.new_run()
        path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/big.bin"
        answer = server.ask("PUT", path, b"x" * 4_000_000)
        assert answer.status == 503
        assert answer.json["error_code"] == "TEMPORARILY_UNAVAILABLE"
        assert server.ask("GET", path).status == 404
        assert server.ask("PUT", path, b"small").status == 200
        assert server.ask("GET", path).body == b"small"


def log_until_refused(server, run_id):
    for batch in range(1, 2000):
        body = {"run_id": run_id, "metrics": points(batch * 900)}
        answer = server.post("runs/log-batch", body)
        if answer.status != 200:
            return answer
    pytest.fail("the disk did not fill up")
