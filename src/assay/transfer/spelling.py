"""How values are spelt in texts: numbers exactly, times in ISO 8601 and UTC, and no text as a formula.

A spreadsheet takes some texts for formulas: a text that begins with `=`, `+`, `-`, `@`, a tab or a
carriage return and is no number gets an apostrophe in front, and so does one that begins with an
apostrophe before such a sign. An empty text is a single apostrophe, so that it differs from nothing.
Reading takes the apostrophe away again.
"""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SIGNS: Final = "=+-@\t\r"
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|Infinity)", re.ASCII)
_ESCAPED: Final = re.compile(r"'+([=+\-@\t\r]|$)")
_INTEGER: Final = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_YEARS: Final = range(1, 10_000)


def spell_number(value: float) -> str:
    """Return the shortest text that reads back as the same number."""
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def read_number(text: str, decimal: str = ".") -> float:
    """Return the number that `text` spells; raise ValueError when it spells none."""
    plain = text.strip()
    if decimal != ".":
        if "." in plain:
            raise ValueError(text)
        plain = plain.replace(decimal, ".")
    if "_" in plain or not plain.isascii():
        raise ValueError(text)
    return float(plain)


def spell_time(milliseconds: int) -> str:
    """Return a time in ISO 8601; the bare number when it lies outside of the years 1 to 9999."""
    moment = moment_of(milliseconds)
    if moment is None:
        return str(milliseconds)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def moment_of(milliseconds: int) -> datetime | None:
    """Return a time as a moment in UTC, None when it lies outside of the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def milliseconds_of(moment: datetime) -> int:
    """Return a moment in milliseconds since the epoch; without a time zone it is in UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def read_time(text: str) -> int:
    """Return the milliseconds that `text` spells; raise ValueError when it spells no time."""
    plain = text.strip()
    if _INTEGER.fullmatch(plain) and len(plain.lstrip("+-")) != 8:
        return int(plain)
    return milliseconds_of(datetime.fromisoformat(plain.removesuffix(" UTC")))


def guard_text(text: str) -> str:
    """Return `text` as no spreadsheet takes it for a formula, and not for an empty cell."""
    is_formula = text[:1] in _SIGNS and not _NUMBER.fullmatch(text)
    return f"'{text}" if not text or is_formula or _ESCAPED.match(text) else text


def unguard_text(text: str) -> str:
    """Return what `guard_text` made `text` from."""
    return text[1:] if _ESCAPED.match(text) else text
