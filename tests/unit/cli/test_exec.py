"""`assay exec` and `assay runs show`."""

import json
import os
import subprocess
import sys

import pytest

import assay

TRAIN = """
import sys
for epoch in range(3):
    print(f"epoch={epoch} loss={1 / (epoch + 1)}")
print("careful", file=sys.stderr)
sys.exit(int(sys.argv[-1]))
"""


@pytest.fixture
def execute(place):
    """Run `assay exec` in a process of its own, as signals and descriptors need one."""
    (place / "train.py").write_text(TRAIN)

    def call(*words):
        return subprocess.run(
            [sys.executable, "-m", "assay", "exec", *words],
            cwd=place,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ASSAY_CAPTURE": "all"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call


def only_run():
    (run,) = assay.search_runs(search_all_experiments=True, output_format="list")
    return run


def test_a_program_is_recorded_and_its_output_and_exit_code_pass_through(execute, run):
    done = execute("--metrics", "kv", "--", sys.executable, "train.py", "--lr", "0.1", "--n", "0")
    assert (done.returncode, done.stderr) == (0, "careful\n")
    assert done.stdout.splitlines()[0] == "epoch=0 loss=1.0"
    found = only_run()
    assert found.data.params == {"lr": "0.1", "n": "0"}
    assert found.data.metrics == {"loss": pytest.approx(1 / 3)}
    assert found.info.status == "FINISHED"
    shown = json.loads(run("runs", "show", found.info.run_id, "--json").stdout)
    assert shown["source"]["command"]["arguments"][1:] == ["train.py", "--lr", "0.1", "--n", "0"]
    assert "careful\n" in shown["console"]
    assert "assay/entry/train.py" in shown["recorded_files"]


def test_a_program_that_fails_fails_its_run(execute):
    done = execute("--", sys.executable, "train.py", "4")
    assert done.returncode == 4
    assert only_run().info.status == "FAILED"
    assert only_run().data.tags["assay.end_reason"] == "exit code 4"


def test_a_program_that_is_killed_kills_its_run(execute):
    done = execute("--", "sh", "-c", "kill -9 $$")
    assert done.returncode == 137
    assert only_run().info.status == "KILLED"


def test_a_program_that_does_not_exist_is_127(execute):
    done = execute("--", "no-such-program")
    assert done.returncode == 127
    assert "no-such-program" in done.stderr
    assert only_run().info.status == "FAILED"


def test_a_program_that_logs_itself_logs_to_the_same_run(execute, place):
    (place / "own.py").write_text("import assay\nwith assay.start_run(): assay.log_metric('a', 1)")
    assert execute("--", sys.executable, "own.py").returncode == 0
    assert only_run().data.metrics == {"a": 1.0}


def test_show_puts_a_run_on_one_page(run):
    with assay.start_run(run_name="shown") as logged:
        assay.log_param("depth", 8)
        assay.log_metric("loss", 0.25)
    page = run("runs", "show", logged.info.run_id).stdout
    assert all(word in page for word in ("shown", "FINISHED", "depth", "0.25", "as it should"))


def test_show_says_that_a_run_does_not_exist(run):
    run("runs", "show", "f" * 32, ok=False)


def test_lines_of_both_streams_stay_whole_in_the_record(execute, place, run):
    (place / "both.py").write_text(
        "import sys, time\n"
        "for number in range(200):\n"
        "    sys.stderr.write(f'error {number}')\n"
        "    sys.stdout.write(f'output {number}')\n"
        "    sys.stdout.flush()\n"
        "    sys.stderr.write('\\n')\n"
        "    sys.stdout.write('\\n')\n"
    )
    assert execute("--", sys.executable, "both.py").returncode == 0
    shown = json.loads(run("runs", "show", only_run().info.run_id, "--json").stdout)
    lines = set(shown["console"].splitlines())
    assert {f"{name} {number}" for name in ("error", "output") for number in range(200)} <= lines
