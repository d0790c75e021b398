"""A click group that imports a command when it is called, and the one place where errors become words.

`assay --version` and `assay --help` therefore load click and nothing else of ours.
"""

import importlib
import os
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import click

from assay.errors import AssayError
from assay.settings import DEBUG

# Packages that are imported under another name than they are installed by.
_PACKAGES: Final = {"sklearn": "scikit-learn", "PIL": "pillow", "psycopg": "'assay[postgres]'"}


class LazyCommand(NamedTuple):
    """Where a command lives (`module:attribute`), and its line in the list of commands."""

    target: str
    summary: str


class LazyGroup(click.Group):
    """A group whose commands are named in a table and imported on first use."""

    def __init__(self, *, lazy: Mapping[str, LazyCommand], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the table."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command called `cmd_name`, or return None."""
        found = self.lazy.get(cmd_name)
        if found is None:
            return None
        module, attribute = found.target.split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self.lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a failure ends in one line that says what to do, not in a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # Whoever read us (`| head`) has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            ctx.exit(0)
        except Exception as error:
            if DEBUG.get():
                raise
            raise click.ClickException(_one_line(error)) from error


def _one_line(error: Exception) -> str:
    """Return what happened, to which object, and what to do."""
    if isinstance(error, AssayError):
        return error.message
    if isinstance(error, OSError) and error.strerror:
        place = f" {error.filename!r}" if error.filename else ""
        return f"{error.strerror}{place}."
    if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("assay"):
        package = _PACKAGES.get(str(error.name), error.name)
        return f"This command needs the package {package}. Install it with: pip install {package}"
    kind = type(error).__name__
    return f"{kind}: {error}. This is unexpected; repeat with `assay --debug ...` to see where it comes from."
