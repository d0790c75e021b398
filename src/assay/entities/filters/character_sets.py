"""Sets of characters as sorted ranges of code points, both ends included."""

from collections.abc import Iterable
from typing import Final, TypeAlias

CharacterSet: TypeAlias = tuple[tuple[int, int], ...]

LAST: Final = 0x10FFFF
# No text that is stored holds U+0000.
FIRST: Final = 1
_CASE: Final = ord("a") - ord("A")


def merged(ranges: Iterable[tuple[int, int]]) -> CharacterSet:
    """Return the set that the ranges cover together."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def complement(allowed: CharacterSet) -> CharacterSet:
    """Return all characters that are not in the set."""
    found = []
    start = FIRST
    for first, last in merged(allowed):
        if first > start:
            found.append((start, first - 1))
        start = last + 1
    if start <= LAST:
        found.append((start, LAST))
    return tuple(found)


def ignoring_case(allowed: CharacterSet) -> CharacterSet:
    """Return the set with the other case of each ASCII letter in it."""
    found = list(allowed)
    for first, last in allowed:
        found.append(_shifted(first, last, "A", "Z", _CASE))
        found.append(_shifted(first, last, "a", "z", -_CASE))
    return merged(span for span in found if span[0] <= span[1])


def _shifted(first: int, last: int, low: str, high: str, distance: int) -> tuple[int, int]:
    return (max(first, ord(low)) + distance, min(last, ord(high)) + distance)


_DIGITS: Final = ((ord("0"), ord("9")),)
_WORD: Final = merged([*_DIGITS, (ord("A"), ord("Z")), (ord("a"), ord("z")), (ord("_"), ord("_"))])
_SPACE: Final = merged([(9, 13), (32, 32)])

CLASSES: Final[dict[str, CharacterSet]] = {
    "d": _DIGITS,
    "w": _WORD,
    "s": _SPACE,
    "D": complement(_DIGITS),
    "W": complement(_WORD),
    "S": complement(_SPACE),
}
ANY_BUT_NEWLINE: Final = complement(((10, 10),))
