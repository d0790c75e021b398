"""Assembles the command line. Each command lives in the module that its row names."""

import os
from pathlib import Path

import click

from assay.cli.env_file import load_env_file
from assay.cli.lazy import LazyCommand, LazyGroup
from assay.settings import DEBUG
from assay.version import __version__

COMMANDS = {
    "demo": LazyCommand("assay.cli.demo:demo", "Run a real study and look at it."),
    "ui": LazyCommand("assay.cli.ui:ui", "Open the runs of this folder in a browser."),
    "server": LazyCommand("assay.cli.server:server", "Serve a database and its artifacts."),
    "exec": LazyCommand("assay.cli.exec:exec_", "Run a program as it is, recorded."),
    "experiments": LazyCommand(
        "assay.cli.experiments:experiments", "Create, find and change experiments."
    ),
    "runs": LazyCommand("assay.cli.runs:runs", "Find, describe and change runs."),
    "ls": LazyCommand("assay.cli.ls:ls", "List experiments with their newest runs."),
    "top": LazyCommand("assay.cli.top:top", "Watch running runs in the terminal."),
    "artifacts": LazyCommand(
        "assay.cli.artifacts:artifacts", "Upload, list and download files of runs."
    ),
    "events": LazyCommand("assay.cli.events:events", "Follow what changes."),
    "import": LazyCommand("assay.cli.run_import:import_", "Bring in runs from elsewhere."),
    "trash": LazyCommand("assay.cli.trash:trash", "See, restore and purge what was deleted."),
    "gc": LazyCommand("assay.cli.gc:gc", "Purge what was deleted long enough ago."),
    "space": LazyCommand("assay.cli.space:space", "Say who takes the room."),
    "sync": LazyCommand("assay.cli.sync:sync", "Deliver journals that were written offline."),
    "verify": LazyCommand(
        "assay.cli.verify:verify", "Prove that every record of a journal arrived."
    ),
    "db": LazyCommand("assay.cli.db:db", "Migrate and check a database."),
    "doctor": LazyCommand("assay.cli.doctor:doctor", "Say what is installed and where runs go."),
    "bench": LazyCommand("assay.cli.bench:bench", "Measure the speed of this machine."),
    "completion": LazyCommand(
        "assay.cli.completion:completion", "Print the completion script for a shell."
    ),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"max_content_width": 100},
)
@click.version_option(__version__, prog_name="assay", message="%(prog)s, version %(version)s")
@click.option(
    "--env-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read NAME=value lines into the environment first; what is set already stays.",
)
@click.option("--debug", is_flag=True, help="Show the traceback when something fails.")
def assay(env_file: Path | None, debug: bool) -> None:
    """Record machine-learning experiments, find them again, and lose none.

    Commands talk to the server in ASSAY_TRACKING_URI (or MLFLOW_TRACKING_URI); without one, to the
    nearest .assay folder, as Python code in the same place does.
    """
    if env_file is not None:
        load_env_file(env_file, os.environ)
    if debug:
        DEBUG.set("1")


def main() -> None:
    """Run the command line of this process."""
    assay(prog_name="assay")
