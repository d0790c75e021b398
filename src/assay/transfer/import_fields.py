"""What a column of a spreadsheet can become, what was decided for each, and what is wrong with a cell."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

import msgspec

Field = Literal[
    "param",
    "metric",
    "tag",
    "run_id",
    "run_name",
    "experiment",
    "user",
    "status",
    "start_time",
    "end_time",
    "note",
    "lifecycle",
    "ignore",
]
FIELDS: Final[tuple[str, ...]] = get_args(Field)
KEYED: Final = frozenset({"param", "metric", "tag"})
"""Fields that a run has many of, each under a key of its own."""
_ALPHABET: Final = 26

Mapped = str | Mapping[str, str]
"""A field, such as `param`, or a field with its key: `{"metric": "accuracy"}`."""


class ColumnUse(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one column, and why; a guess is not certain."""

    index: int
    column: str
    field: Field
    key: str = ""
    is_certain: bool = True
    reason: str = ""

    @property
    def letter(self) -> str:
        """How a spreadsheet calls the column."""
        return column_letter(self.index)

    @property
    def purpose(self) -> str:
        """The field, and its key where it has one."""
        return f"{self.field} {self.key}" if self.key else self.field


class CellError(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that cannot be what its column is; rows and letters are those a spreadsheet shows."""

    row: int
    column: str
    letter: str
    message: str

    def __str__(self) -> str:
        place = f"{self.letter}{self.row}" if self.letter else f"row {self.row}"
        named = f" ({self.column})" if self.column else ""
        return f"{place}{named}: {self.message}"


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or would do: runs created, found there already, and rows left out.

    `errors` are the first of the `n_errors` bad cells.
    """

    source: str
    experiment: str
    is_dry_run: bool
    columns: Sequence[ColumnUse]
    n_rows: int = 0
    n_created: int = 0
    n_present: int = 0
    n_skipped: int = 0
    n_errors: int = 0
    n_refused: int = 0
    errors: Sequence[CellError] = ()


def column_letter(index: int) -> str:
    """Return how a spreadsheet calls the column `index`, counted from 0."""
    letters = ""
    number = index + 1
    while number:
        number, digit = divmod(number - 1, _ALPHABET)
        letters = chr(ord("A") + digit) + letters
    return letters
