"""Cells of a spreadsheet as numbers, times, statuses and texts; or ValueError, which says why not.

Nothing ambiguous is guessed: a decimal comma, a date such as 01/02/2024, a percentage are refused.
"""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from assay.entities.runs import RunStatus
from assay.transfer.spelling import milliseconds_of, read_number, read_time, spell_number
from assay.transfer.tables import Cell

_SHOWN: Final = 60
_FIRST_SERIAL: Final = 18_264
_LAST_SERIAL: Final = 73_051
_FIRST_SECOND: Final = 10**8
_FIRST_MILLISECOND: Final = 10**11
_SERIAL_ZERO: Final = datetime(1899, 12, 30, tzinfo=UTC)
_DATE_LENGTH: Final = 8
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)
_COMMA: Final = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_TIME_FORMS: Final = (
    "write 2024-05-31 13:45:00, seconds or milliseconds since 1970, or a date of the spreadsheet"
)


def number_of(cell: Cell, decimal: str = ".") -> float:
    """Return the number in a cell; NaN and infinities are numbers too."""
    if isinstance(cell, int | float):
        return float(cell)
    if not isinstance(cell, str):
        raise ValueError("a time is no number.")  # noqa: TRY004 the cell is wrong, not the call
    try:
        return read_number(cell, decimal)
    except ValueError:
        raise ValueError(_no_number(cell.strip(), decimal)) from None


def _no_number(text: str, decimal: str) -> str:
    shown = quoted(text)
    if decimal == "." and _COMMA.fullmatch(text):
        return f"{shown} has a comma: say that it marks decimals (--decimal ,), or write a point."
    if text.endswith("%"):
        return f"{shown} is no number: write it without the percent sign."
    if decimal != "." and "." in text:
        return f"{shown} has a point, but decimals are marked by {decimal!r}."
    return f"{shown} is no number; leave the cell empty where there is none."


def time_of(cell: Cell, *, is_exact: bool = False) -> int:
    """Return the time in a cell in milliseconds since the epoch; without a zone it is UTC.

    Args:
        cell: A moment, a text in ISO 8601, or a number whose size tells what it counts: days as
            spreadsheets do (1950 to 2100), seconds since 1973, or milliseconds.
        is_exact: Numbers are milliseconds, whatever their size.
    """
    if isinstance(cell, datetime):
        return milliseconds_of(cell)
    if isinstance(cell, bool) or cell is None:
        raise ValueError(f"{cell} is no time.")
    if isinstance(cell, str):
        return _time_of_text(cell.strip())
    return int(cell) if is_exact else _time_of_number(cell)


def _time_of_text(text: str) -> int:
    is_date = text.isdecimal() and len(text) == _DATE_LENGTH
    if _NUMBER.fullmatch(text) and not is_date:
        return _time_of_number(float(text) if "." in text else int(text))
    try:
        return read_time(text)
    except (ValueError, OverflowError):
        raise ValueError(f"{quoted(text)} is no time: {_TIME_FORMS}.") from None


def _time_of_number(number: float) -> int:
    if not math.isfinite(number):
        raise ValueError(f"{number} is no time: {_TIME_FORMS}.")
    if isinstance(number, int) and len(str(number)) == _DATE_LENGTH:
        return _time_of_text(str(number))
    if _FIRST_SERIAL <= number < _LAST_SERIAL:
        return milliseconds_of(_SERIAL_ZERO + timedelta(milliseconds=round(number * 86_400_000)))
    if _FIRST_SECOND <= number < _FIRST_MILLISECOND:
        return round(number * 1000)
    if abs(number) >= _FIRST_MILLISECOND:
        return int(number)
    raise ValueError(
        f"{number} is no time: as days it is not between 1950 and 2100, and as seconds it is "
        f"before 1973; {_TIME_FORMS}."
    )


def status_of(cell: Cell) -> RunStatus:
    """Return the status that a cell names, in capitals or not."""
    word = str(cell).strip().upper()
    try:
        return RunStatus(word)
    except ValueError:
        known = ", ".join(RunStatus)
        raise ValueError(f"{quoted(str(cell))} is no status; there are {known}.") from None


def text_of(cell: Cell) -> str:
    """Return the text of a cell: numbers exactly, times in ISO 8601."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, float):
        return spell_number(cell)
    return str(cell)


def quoted(text: str) -> str:
    """Return a text for a message, cut when it is long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
