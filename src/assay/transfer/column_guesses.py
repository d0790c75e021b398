"""Guessing what a column is, from the words of its header and from a sample of its cells.

Guesses are shown and confirmed, never written silently.
"""

import contextlib
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from assay.transfer.import_cells import number_of, status_of, time_of
from assay.transfer.import_fields import Field
from assay.transfer.tables import Cell

T = TypeVar("T")
Guess = tuple[Field, str]

_HEADERS: Final[dict[str, Field]] = {
    **dict.fromkeys(("run id", "run uuid", "id", "uuid"), "run_id"),
    **dict.fromkeys(("run", "name", "run name", "title"), "run_name"),
    **dict.fromkeys(("experiment", "experiment name", "project"), "experiment"),
    **dict.fromkeys(("user", "author", "who", "owner"), "user"),
    **dict.fromkeys(("status", "state"), "status"),
    **dict.fromkeys(
        (
            "start",
            "started",
            "start time",
            "date",
            "time",
            "when",
            "timestamp",
            "datetime",
            "created",
        ),
        "start_time",
    ),
    **dict.fromkeys(("end", "ended", "end time", "finished", "completed"), "end_time"),
    **dict.fromkeys(("note", "notes", "comment", "comments", "remark", "remarks"), "note"),
}
_RESULTS: Final = re.compile(
    r"acc|accuracy|auc|bleu|cer|dice|error|f1|fid|iou|loss|mae|map|mape|mse|nll|perplexity|ppl"
    r"|precision|psnr|r2|recall|reward|rmse|roc|rouge|score|ssim|wer"
)
_INPUTS: Final = re.compile(
    r"alpha|batch|beta|channels|decay|depth|dim|dropout|epochs|estimators|folds|gamma|gpu|hidden"
    r"|kernel|lambda|layers|lr|model|momentum|n|optimizer|patience|rate|seed|size|steps|units"
    r"|warmup|width"
)
_WORD: Final = re.compile(r"[a-z]+\d*|\d+")
_FEW_TEXTS: Final = 20
_SHARED: Final = 2


def guess(name: str, cells: Sequence[Cell]) -> Guess:
    """Return what a column most likely is, and why; `cells` are some of those that are not empty."""
    words = _WORD.findall(name.lower())
    field = _HEADERS.get(" ".join(words))
    if field is not None and _fits(field, cells):
        return field, "its header says so"
    if _are_numbers(cells):
        return _guess_number(words, cells)
    n_distinct = len(set(map(str, cells)))
    if n_distinct <= _FEW_TEXTS and n_distinct * _SHARED <= len(cells):
        return "param", "few texts that come again"
    if any(map(_INPUTS.fullmatch, words)):
        return "param", "its header sounds like a setting"
    return "tag", "texts that differ"


def _guess_number(words: Sequence[str], cells: Sequence[Cell]) -> Guess:
    if any(map(_RESULTS.fullmatch, words)):
        return "metric", "its header sounds like a result"
    if any(map(_INPUTS.fullmatch, words)):
        return "param", "its header sounds like a setting"
    n_distinct = len(set(_readable(number_of, cells)))
    if n_distinct > 1 and n_distinct * _SHARED > len(cells):
        return "metric", "numbers that vary, which a param could be too"
    return "param", "numbers that come again, which a metric could be too"


def _are_numbers(cells: Sequence[Cell]) -> bool:
    return _mostly(number_of, cells)


def _fits(field: Field, cells: Sequence[Cell]) -> bool:
    """Return whether a sample can be what the header says."""
    if field == "status":
        return _mostly(status_of, cells)
    if field in {"start_time", "end_time"}:
        return _mostly(time_of, cells)
    return True


def _mostly(read: Callable[[Cell], object], cells: Sequence[Cell]) -> bool:
    """Return whether more than half of the cells can be read so; the others will be told as errors."""
    return len(_readable(read, cells)) * _SHARED > len(cells)


def _readable(read: Callable[[Cell], T], cells: Sequence[Cell]) -> list[T]:
    found = []
    for cell in cells:
        with contextlib.suppress(ValueError):
            found.append(read(cell))
    return found
