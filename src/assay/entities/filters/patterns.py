r"""Regular expressions of the filters: a subset that means the same on every database.

Characters, `.` (any but a newline), classes, `\d \w \s` (ASCII) and their opposites, groups, `|`,
`* + ? {m,n}`, and `^ $` for the ends of the text; `(?i)` in front ignores the case of ASCII letters.
A pattern is found anywhere in the text. Lookaround, back-references and word edges are refused:
what is left can be matched in linear time (`automaton.py`).
"""

from functools import lru_cache
from typing import Final, TypeAlias

import msgspec

from assay.entities.filters.character_sets import (
    ANY_BUT_NEWLINE,
    CLASSES,
    CharacterSet,
    complement,
    ignoring_case,
    merged,
)
from assay.errors import InvalidFilter

MAX_PATTERN: Final = 500
MAX_REPEAT: Final = 100
MAX_DEPTH: Final = 20
MAX_SIZE: Final = 250

_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


class Characters(msgspec.Struct, frozen=True):
    """One character out of a set."""

    allowed: CharacterSet


class Edge(msgspec.Struct, frozen=True):
    """The start or the end of the text."""

    is_start: bool


class Series(msgspec.Struct, frozen=True):
    """One part after the other."""

    parts: tuple["Node", ...]


class Choice(msgspec.Struct, frozen=True):
    """One of the parts."""

    parts: tuple["Node", ...]


class Repeat(msgspec.Struct, frozen=True):
    """A part at least `least` times and at most `most` times, if that is not None."""

    part: "Node"
    least: int
    most: int | None


Node: TypeAlias = Characters | Edge | Series | Choice | Repeat


@lru_cache(maxsize=256)
def parse_pattern(text: str) -> Node:
    """Return the syntax tree of a pattern.

    Raises:
        InvalidFilter: It is no pattern, uses what is not supported, or is too big.
    """
    if len(text) > MAX_PATTERN:
        raise InvalidFilter(f"Invalid regular expression: longer than {MAX_PATTERN} characters.")
    node = _Reader(text).read()
    if size(node) > MAX_SIZE:
        raise InvalidFilter(
            "Invalid regular expression: its repetitions make it too big "
            f"({size(node)} parts, {MAX_SIZE} are allowed)."
        )
    return node


def size(node: Node) -> int:
    """Return how many states an automaton for `node` needs, about."""
    if isinstance(node, Series | Choice):
        return 1 + sum(size(part) for part in node.parts)
    if isinstance(node, Repeat):
        return 1 + size(node.part) * max(node.least + 1, node.most or 0)
    return 1


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, text: str) -> None:
        self._ignores_case = text.startswith("(?i)")
        self._text = text
        self._at = 4 if self._ignores_case else 0
        self._depth = 0

    def read(self) -> Node:
        node = self._choice()
        if self._at < len(self._text):
            raise self._error("unexpected ')'")
        return node

    def _choice(self) -> Node:
        parts = [self._series()]
        while self._take("|"):
            parts.append(self._series())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _series(self) -> Node:
        parts = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            parts.append(self._repeated())
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def _repeated(self) -> Node:
        atom = self._atom()
        bounds = self._bounds()
        if bounds is None:
            return atom
        if isinstance(atom, Edge):
            raise self._error("an edge cannot be repeated")
        # Whether it takes as little or as much as it can makes no difference to being found.
        self._take("?")
        if self._at < len(self._text) and self._text[self._at] in "*+?{":
            raise self._error("a repetition of a repetition needs a group")
        return Repeat(atom, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        if self._take("*"):
            return (0, None)
        if self._take("+"):
            return (1, None)
        if self._take("?"):
            return (0, 1)
        return self._counts() if self._take("{") else None

    def _counts(self) -> tuple[int, int | None]:
        end = self._text.find("}", self._at)
        least, comma, most = self._text[self._at : max(end, self._at)].partition(",")
        counts = [least, *([most] if most else [])]
        if end < 0 or not all(count.isascii() and count.isdecimal() for count in counts):
            raise self._error("'{' needs {m}, {m,} or {m,n}; write \\{ for the character")
        numbers = [int(count) if len(count) < 4 else MAX_REPEAT + 1 for count in counts]
        if max(numbers) > MAX_REPEAT or numbers[0] > numbers[-1]:
            raise self._error(f"repetitions go from 0 to {MAX_REPEAT}, the smaller number first")
        self._at = end + 1
        return (numbers[0], None if comma and not most else numbers[-1])

    def _atom(self) -> Node:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return Characters(self._cased(self._class()))
        if character in "^$":
            return Edge(character == "^")
        if character == ".":
            return Characters(ANY_BUT_NEWLINE)
        if character == "\\":
            return Characters(self._cased(self._escape()))
        if character in "*+?{":
            raise self._error("nothing to repeat")
        return Characters(self._cased(((ord(character), ord(character)),)))

    def _group(self) -> Node:
        if self._take("?") and not self._take(":"):
            raise self._error("of the groups that start with '(?', only '(?:' is supported")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} groups inside each other")
        node = self._choice()
        if not self._take(")"):
            raise self._error("a ')' is missing")
        self._depth -= 1
        return node

    def _class(self) -> CharacterSet:
        is_negated = self._take("^")
        found: list[tuple[int, int]] = []
        is_first = True
        while is_first or not self._take("]"):
            found.extend(self._class_part())
            is_first = False
        allowed = merged(found)
        return complement(allowed) if is_negated else allowed

    def _class_part(self) -> CharacterSet:
        first = self._class_character()
        is_single = len(first) == 1 and first[0][0] == first[0][1]
        if not (self._text[self._at : self._at + 1] == "-" and is_single):
            return first
        if self._text[self._at + 1 : self._at + 2] in ("]", ""):
            return first
        self._at += 1
        last = self._class_character()
        if len(last) != 1 or last[0][0] != last[0][1] or last[0][0] < first[0][0]:
            raise self._error("a range goes from a character to a later one")
        return ((first[0][0], last[0][0]),)

    def _class_character(self) -> CharacterSet:
        character = self._next()
        if character == "[" and self._text[self._at : self._at + 1] in (":", ".", "="):
            raise self._error("named classes are not supported; write \\[ for the character")
        return self._escape() if character == "\\" else ((ord(character), ord(character)),)

    def _escape(self) -> CharacterSet:
        character = self._next()
        if character in CLASSES:
            return CLASSES[character]
        if character in _CONTROLS:
            code = ord(_CONTROLS[character])
        elif character.isalnum():
            raise self._error(f"'\\{character}' is not supported")
        else:
            code = ord(character)
        return ((code, code),)

    def _cased(self, allowed: CharacterSet) -> CharacterSet:
        if not allowed:
            raise self._error("a class that no character is in")
        return ignoring_case(allowed) if self._ignores_case else allowed

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise self._error("it ends too early")
        self._at += 1
        return self._text[self._at - 1]

    def _take(self, expected: str) -> bool:
        if not self._text.startswith(expected, self._at):
            return False
        self._at += len(expected)
        return True

    def _error(self, reason: str) -> InvalidFilter:
        return InvalidFilter(
            f"Invalid regular expression {self._text[:60]!r}: {reason} (at character {self._at})."
        )
