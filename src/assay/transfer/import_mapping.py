"""Which column becomes what: as the caller says, as an export names it, else as a guess."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from assay.entities.names import check_key
from assay.errors import InvalidParameter, MappingNotConfirmed, MissingParameter
from assay.transfer.column_guesses import guess
from assay.transfer.import_fields import FIELDS, KEYED, ColumnUse, Field, Mapped, column_letter
from assay.transfer.tables import Cell

SAMPLE_ROWS: Final = 200
_OURS: Final[dict[str, Field]] = {
    "run_id": "run_id",
    "run_name": "run_name",
    "user_id": "user",
    "status": "status",
    "start_time": "start_time",
    "end_time": "end_time",
    "lifecycle_stage": "lifecycle",
    "experiment_id": "ignore",
    "artifact_uri": "ignore",
}
_PREFIXES: Final[dict[str, Field]] = {"params.": "param", "metrics.": "metric", "tags.": "tag"}
_NOT_IN_KEYS: Final = re.compile(r"[^/\w.\- :]+")
_EDGES: Final = " ./_"
_LETTER: Final = re.compile(r"[A-Z]{1,3}")


class _Wish(NamedTuple):
    """What the caller says of a column."""

    field: Field
    key: str


def plan_columns(
    names: Sequence[str],
    sample: Sequence[Sequence[Cell]],
    mapping: Mapping[str, Mapped] | None = None,
    *,
    ignores_rest: bool = False,
) -> list[ColumnUse]:
    """Return what becomes of each column.

    Args:
        names: The header.
        sample: Some rows, for guesses.
        mapping: What the caller says of columns, by name or letter.
        ignores_rest: Leave out columns of which nothing is known, rather than guess.

    Raises:
        InvalidParameter: The mapping names a column that is not there, two columns become the same,
            or a key is not allowed.
    """
    wishes = _wishes(names, mapping or {})
    is_ours = {"run_id", "status"} <= set(names) or any(map(_has_prefix, names))
    uses = []
    for index, name in enumerate(names):
        use = _by_wish(index, name, wishes) or _by_name(index, name, is_ours=is_ours)
        if use is None and ignores_rest:
            use = ColumnUse(index=index, column=name, field="ignore", reason="not named")
        uses.append(use or _by_guess(index, name, sample))
    _check(uses)
    return uses


def check_confirmed(uses: Iterable[ColumnUse], source: str) -> None:
    """Raise MappingNotConfirmed when what becomes of a column is a guess."""
    guesses = [use for use in uses if not use.is_certain]
    if guesses:
        raise MappingNotConfirmed(
            source, [f"{use.column!r} as {use.purpose} ({use.reason})" for use in guesses]
        )


def checked_mapping(value: Any, *, where: str) -> dict[str, Mapped]:
    """Return a mapping that came from outside, or raise InvalidParameter."""
    if not isinstance(value, Mapping):
        raise InvalidParameter(f"{where} must say for each column what it is, such as `lr: param`.")
    for column, wish in value.items():
        is_pair = (
            isinstance(wish, Mapping)
            and len(wish) == 1
            and all(isinstance(part, str) for pair in wish.items() for part in pair)
        )
        if not isinstance(column, str) or not (isinstance(wish, str) or is_pair):
            raise InvalidParameter(
                f"{where}: {column!r} must be a field such as `param`, or `metric: KEY`. Got {wish!r}."
            )
    return dict(value)


def _wishes(names: Sequence[str], mapping: Mapping[str, Mapped]) -> dict[int, _Wish]:
    wishes: dict[int, _Wish] = {}
    for column, mapped in checked_mapping(mapping, where="The mapping").items():
        wish = _wish(column, mapped)
        wishes |= dict.fromkeys(_places(column, names), wish)
    return wishes


def _wish(column: str, mapped: Mapped) -> _Wish:
    field, key = (mapped, "") if isinstance(mapped, str) else next(iter(mapped.items()))
    if field not in FIELDS:
        known = ", ".join(FIELDS)
        raise InvalidParameter(f"Column {column!r} cannot be {field!r}. It can be {known}.")
    return _Wish(cast(Field, field), key)  # it is one of FIELDS


def _places(column: str, names: Sequence[str]) -> list[int]:
    found = [index for index, name in enumerate(names) if name == column]
    if not found and _LETTER.fullmatch(column):
        found = [index for index in range(len(names)) if column_letter(index) == column]
    if not found:
        shown = ", ".join(map(repr, names[:20])) + (", ..." if len(names) > 20 else "")
        raise InvalidParameter(f"There is no column {column!r}. There are {shown}.")
    return found


def _by_wish(index: int, name: str, wishes: Mapping[int, _Wish]) -> ColumnUse | None:
    wish = wishes.get(index)
    if wish is None:
        return None
    key = _key(wish.field, name, wish.key)
    return ColumnUse(index=index, column=name, field=wish.field, key=key, reason="as you said")


def _by_name(index: int, name: str, *, is_ours: bool) -> ColumnUse | None:
    if is_ours and name in _OURS:
        return ColumnUse(index=index, column=name, field=_OURS[name], reason="as in an export")
    for prefix, field in _PREFIXES.items():
        key = name.removeprefix(prefix)
        if key != name and key:
            return ColumnUse(
                index=index, column=name, field=field, key=key, reason="as in an export"
            )
    return None


def _has_prefix(name: str) -> bool:
    return name.startswith(tuple(_PREFIXES))


def _by_guess(index: int, name: str, sample: Sequence[Sequence[Cell]]) -> ColumnUse:
    cells = [row[index] for row in sample if index < len(row) and row[index] is not None]
    if not name.strip() or not cells:
        reason = "it begins empty" if name.strip() else "it has no header"
        # What has a header may have cells further down; what has none could not be named in a run.
        is_certain = not name.strip() or len(sample) < SAMPLE_ROWS
        return ColumnUse(
            index=index, column=name, field="ignore", is_certain=is_certain, reason=reason
        )
    field, reason = guess(name, cells)
    key = _key(field, name, "")
    return ColumnUse(
        index=index, column=name, field=field, key=key, is_certain=False, reason=reason
    )


def _key(field: Field, name: str, wanted: str) -> str:
    """Return the key for a column: as wanted, else its header without what keys cannot have."""
    if field not in KEYED:
        return ""
    return wanted or _NOT_IN_KEYS.sub("_", name).replace("//", "/").strip(_EDGES)


def _check(uses: Iterable[ColumnUse]) -> None:
    """Raise InvalidParameter when two columns become the same, or a key is none."""
    known: dict[str, ColumnUse] = {}
    for use in uses:
        if use.field == "ignore":
            continue
        if use.field in KEYED:
            _check_key(use)
        target = use.purpose if use.field != "note" else "tag mlflow.note.content"
        other = known.setdefault(target, use)
        if other is not use:
            raise InvalidParameter(
                f"The columns {other.letter} ({other.column!r}) and {use.letter} ({use.column!r}) would "
                f"both be {target!r}. Say what one of them is, by its letter, such as --ignore {use.letter}."
            )


def _check_key(use: ColumnUse) -> None:
    try:
        check_key(use.key, what=f"{use.field.capitalize()} name")
    except (InvalidParameter, MissingParameter) as error:
        raise InvalidParameter(
            f"Column {use.letter} ({use.column!r}) cannot name a {use.field}: {error.message} "
            f"Give it a key: --{use.field} '{use.column}=KEY'."
        ) from None
