"""Text to raw terms by the grammar, without knowing which fields exist.

Limits come first, so that no text is slow: 16 KiB, 200 comparisons, 50 levels.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import lark
import msgspec

from assay.errors import InvalidFilter

MAX_LENGTH: Final = 16_384
MAX_TERMS: Final = 200
MAX_DEPTH: Final = 50
MAX_SHOWN: Final = 60

_GRAMMAR: Final = Path(__file__).with_name("grammar.lark")
_INVALID: Final = {
    "filter": "Invalid clause(s) in filter string: ",
    "order": "Invalid order_by clause: ",
}
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_STRAY: Final = re.compile(r"[\w.\-/:]+|.", re.DOTALL)


class RawTerm(msgspec.Struct, frozen=True):
    """A comparison as written: the field's and the values' tokens."""

    field: lark.Token
    operator: str
    operator_position: int
    values: tuple[lark.Token, ...] = ()


class RawNode(msgspec.Struct, frozen=True):
    """AND, OR or NOT over raw terms, with its number of levels and of terms."""

    word: str
    operands: tuple["RawTerm | RawNode", ...]
    depth: int
    n_terms: int


class RawOrder(msgspec.Struct, frozen=True):
    """An order expression as written."""

    field: lark.Token
    ascending: bool


Raw: TypeAlias = RawTerm | RawNode


class _Builder(lark.Transformer[lark.Token, Raw]):
    """Builds raw terms while the parser reduces, so nothing here recurses."""

    def filter(self, children: list[Raw]) -> Raw:
        return children[0]

    def order(self, children: list[lark.Token]) -> RawOrder:
        return RawOrder(children[0], len(children) == 1 or children[1].type == "ASC")

    def disjunction(self, children: list[Raw]) -> Raw:
        return _node("OR", children)

    def conjunction(self, children: list[Raw]) -> Raw:
        return _node("AND", children)

    def negation(self, children: list[Raw]) -> Raw:
        return _node("NOT", children[1:])

    def comparison(self, children: list[Any]) -> RawTerm:
        field, words, *values = children
        text = " ".join(word.upper() for word in words)
        return RawTerm(field, text, words[0].start_pos, tuple(*values))

    def operator(self, children: list[lark.Token]) -> list[lark.Token]:
        return children

    membership = test = operand = operands = operator


def _node(word: str, operands: list[Raw]) -> RawNode:
    nodes = [operand for operand in operands if isinstance(operand, RawNode)]
    depth = 1 + max((node.depth for node in nodes), default=0)
    n_terms = len(operands) - len(nodes) + sum(node.n_terms for node in nodes)
    return RawNode(word, tuple(operands), depth, n_terms)


@cache
def _parser() -> lark.Lark:
    return lark.Lark(
        _GRAMMAR.read_text("utf-8"),
        parser="lalr",
        start=["filter", "order"],
        transformer=_Builder(),
    )


def parse_raw_filter(text: str) -> Raw:
    """Return the raw terms of a filter that is not empty.

    Raises:
        InvalidFilter: The text is too long or nested, has too many comparisons, or is no filter.
    """
    raw = _parse(text, "filter")
    assert not isinstance(raw, RawOrder)  # noqa: S101  (the start symbol says so)
    if isinstance(raw, RawNode) and raw.depth > MAX_DEPTH:
        raise InvalidFilter(f"Invalid filter: more than {MAX_DEPTH} levels of AND, OR and NOT.", 0)
    if isinstance(raw, RawNode) and raw.n_terms > MAX_TERMS:
        raise InvalidFilter(f"Invalid filter: more than {MAX_TERMS} comparisons.", 0)
    return raw


def filter_tokens(text: str) -> Iterator[lark.Token]:
    """Yield the tokens of a filter that `parse_raw_filter` takes, with their places in it."""
    yield from _parser().lex(text)


def parse_raw_order(text: str) -> RawOrder:
    """Return the field and direction of an order expression, or raise InvalidFilter."""
    raw = _parse(text, "order")
    assert isinstance(raw, RawOrder)  # noqa: S101  (the start symbol says so)
    return raw


def _parse(text: str, start: str) -> Raw | RawOrder:
    if len(text) > MAX_LENGTH:
        raise InvalidFilter(f"Invalid {start}: longer than {MAX_LENGTH} characters.", MAX_LENGTH)
    unstorable = _UNSTORABLE.search(text)
    if unstorable:
        raise InvalidFilter(
            f"Invalid {start}: a character that no text can hold at position {unstorable.start()}.",
            unstorable.start(),
        )
    try:
        parsed = _parser().parse(text, start=start)
    except lark.UnexpectedInput as error:
        raise _explained(text, start, error) from None
    return parsed  # type: ignore[return-value]  # lark does not know of the transformer


def _explained(text: str, start: str, error: lark.UnexpectedInput) -> InvalidFilter:
    position = error.pos_in_stream or 0
    if isinstance(error, lark.UnexpectedToken) and error.token.type == "$END":
        what = shortened(text.strip())
        return InvalidFilter(f"{_INVALID[start]}'{what}'. It ends too early.", len(text))
    stray = _STRAY.match(text, position)
    what = shortened(stray.group() if stray else text[position:])
    return InvalidFilter(f"{_INVALID[start]}'{what}' at position {position}.", position)


def shortened(text: str) -> str:
    """Return `text`, cut to what a message can show."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
