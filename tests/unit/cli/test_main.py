"""The command line as a whole: what it loads, how it fails, what it promises of every command."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from assay.cli.lazy import LazyCommand, LazyGroup
from assay.cli.main import COMMANDS, assay
from assay.errors import InvalidParameter
from assay.version import __version__

HEAVY = {"numpy", "pandas", "sqlalchemy", "starlette", "uvicorn", "rich", "urllib3", "asyncio"}


def run(*words: str):
    return CliRunner().invoke(assay, words)


@pytest.fixture
def failing_group():
    def group(error: Exception) -> click.Group:
        @click.command()
        def fail() -> None:
            raise error

        made = LazyGroup(name="made", lazy={"fail": LazyCommand("nowhere:fail", "Fail.")})
        made.get_command = lambda _context, _name: fail
        return made

    return group


def test_version_names_the_program_and_its_version():
    assert run("--version").output == f"assay, version {__version__}\n"


@pytest.mark.parametrize("words", [["--version"], ["--help"]])
def test_the_first_answers_load_nothing_heavy(words):
    code = (
        "import sys\nfrom assay.cli.main import assay\n"
        f"try:\n    assay({words!r}, prog_name='assay')\nexcept SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert not HEAVY & set(eval(done.stderr))


def test_help_lists_every_command():
    output = run("--help").output
    assert all(f"  {name}" in output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_loads_and_has_help(name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: assay {name}")


def test_an_unknown_command_is_a_wrong_call():
    result = run("runz")
    assert result.exit_code == 2
    assert "No such command 'runz'" in result.stderr


def test_a_known_failure_is_one_line_without_traceback(failing_group):
    result = CliRunner().invoke(failing_group(InvalidParameter("Depth is too deep.")), ["fail"])
    assert result.exit_code == 1
    assert result.stderr == "Error: Depth is too deep.\n"
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            FileNotFoundError(2, "No such file or directory", "a.txt"),
            "No such file or directory 'a.txt'",
        ),
        (
            ModuleNotFoundError("No module named 'sklearn'", name="sklearn"),
            "pip install scikit-learn",
        ),
        (KeyError("lost"), "unexpected"),
    ],
)
def test_other_failures_say_what_to_do(failing_group, error, words):
    result = CliRunner().invoke(failing_group(error), ["fail"])
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_where_a_failure_comes_from(failing_group, monkeypatch):
    monkeypatch.setenv("ASSAY_DEBUG", "1")
    result = CliRunner().invoke(failing_group(KeyError("lost")), ["fail"])
    assert isinstance(result.exception, KeyError)


def test_an_env_file_is_read_before_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_TRACKING_URI", "")
    monkeypatch.delenv("ASSAY_TRACKING_URI")
    path = tmp_path / "settings.env"
    path.write_text(f"ASSAY_TRACKING_URI=offline:{tmp_path}\n")
    result = run("--env-file", str(path), "doctor", "--json")
    findings = {finding["subject"]: finding["found"] for finding in json.loads(result.stdout)}
    assert findings["tracking"] == f"offline:{tmp_path} (offline)"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell):
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_ASSAY_COMPLETE" in result.output


def test_python_m_assay_is_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "assay", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout == f"assay, version {__version__}\n"
