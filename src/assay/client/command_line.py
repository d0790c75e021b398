"""Reading a command line: which file runs, and which params its arguments stand for."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_SCRIPTS: Final = (".py", ".sh", ".R", ".jl", ".ipynb")
_NUMBER: Final = re.compile(r"-[\d.]")
_ASSIGNMENT: Final = re.compile(r"\+{0,2}([A-Za-z_][\w./\-]*)=(.*)", re.DOTALL)


def script_of(words: Sequence[str]) -> Path | None:
    """Return the script that a command runs, when it is a file."""
    index = _script_index(words)
    if index is None:
        return None
    path = Path(words[index]).absolute()
    return path if path.is_file() else None


def params_of(words: Sequence[str]) -> dict[str, str]:
    """Return the params that a command's arguments stand for.

    `--lr 0.1`, `--lr=0.1` and `lr=0.1` are params; `--fast` alone is `true`; several values after
    one name are joined by spaces. Other words belong to no name and are left to the command line.
    """
    index = _script_index(words)
    params: dict[str, str] = {}
    name = ""
    for word in words[1 if index is None else index + 1 :]:
        if word.startswith("-") and not _NUMBER.match(word) and word.strip("-"):
            name, separator, value = word.lstrip("-").partition("=")
            params[name] = value if separator else "true"
            name = "" if separator else name
        elif name:
            params[name] = word if params[name] == "true" else f"{params[name]} {word}"
        elif found := _ASSIGNMENT.fullmatch(word):
            params[found[1]] = found[2]
    return params


def _script_index(words: Sequence[str]) -> int | None:
    for index, word in enumerate(words):
        if word.endswith(_SCRIPTS):
            return index
        if index and words[index - 1] == "-m":
            return index
    return None
