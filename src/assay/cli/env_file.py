"""Files of NAME=value lines, as shells and containers use them; not a shell: nothing is expanded."""

import re
from collections.abc import MutableMapping
from pathlib import Path

from assay.errors import InvalidParameter

_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)", re.DOTALL)
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}


def parse_env_file(text: str) -> dict[str, str]:
    r"""Return the variables that `text` sets, the last word on each name.

    Blank lines and lines that start with `#` say nothing. A value may stand in single quotes (taken
    as it is) or double quotes (`\n`, `\t`, `\"` and `\\` are read); without quotes it ends at ` #`.

    Raises:
        InvalidParameter: A line is not of this form; the message has its number.
    """
    variables = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            raise InvalidParameter(
                f"Line {number} is not of the form NAME=value: {stripped[:40]!r}."
            )
        variables[match["name"]] = _unquote(match["value"])
    return variables


def load_env_file(path: Path, environment: MutableMapping[str, str]) -> None:
    """Set the variables of the file at `path`, except those that `environment` has already."""
    for name, value in parse_env_file(path.read_text(encoding="utf-8")).items():
        environment.setdefault(name, value)


def _unquote(text: str) -> str:
    quoted = re.match(r"""'([^']*)'|"((?:[^"\\]|\\.)*)\"""", text)
    if quoted is None:
        return re.split(r"\s#", text, maxsplit=1)[0].strip()
    if quoted[1] is not None:
        return quoted[1]
    return re.sub(r'\\[nt"\\]', lambda match: _ESCAPES[match[0]], quoted[2])
