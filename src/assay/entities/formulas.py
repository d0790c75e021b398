"""Curves made of others: `val_loss - train_loss`, `1 - acc`, `ema(loss, 50)`.

A formula is read once into a tree; whoever has the numbers works it out. Limits come first, so that no
text is slow.
"""

from functools import cache
from typing import Any, Final, TypeAlias

import lark
import msgspec

from assay.errors import InvalidParameter

MARK: Final = "="
"""What a metric's name begins with in a request when it is a formula and no name."""
MAX_LENGTH: Final = 500
MAX_METRICS: Final = 8

_GRAMMAR: Final = r"""
    ?start: sum
    ?sum: product | sum "+" product -> add | sum "-" product -> subtract
    ?product: power | product "*" power -> multiply | product "/" power -> divide
    ?power: unary | unary "**" power -> power
    ?unary: atom | "-" unary -> negative | "+" unary
    ?atom: NUMBER -> number | NAME -> metric | QUOTED -> quoted | "(" sum ")"
        | NAME "(" sum ("," sum)* ")" -> call
    NAME: /[A-Za-z_][\w.]*/
    QUOTED: /`[^`]+`/
    NUMBER: /(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/
    %ignore /[ \t]+/
"""

FUNCTIONS: Final = {
    "abs": 1,
    "exp": 1,
    "log": 1,
    "log10": 1,
    "sqrt": 1,
    "min": 2,
    "max": 2,
    "ema": 2,
}
"""What can be called, and with how many arguments; `ema(x, n)` weighs about the last n points."""


class Number(msgspec.Struct, frozen=True):
    """A number."""

    value: float


class Metric(msgspec.Struct, frozen=True):
    """The value of a metric at the step."""

    name: str


class Operation(msgspec.Struct, frozen=True):
    """What is done with what stands below it."""

    name: str
    operands: tuple["Term", ...]


class Average(msgspec.Struct, frozen=True):
    """A mean of about the last `span` points, in which the latest weigh most."""

    operand: "Term"
    span: float


Term: TypeAlias = Number | Metric | Operation | Average


class Formula(msgspec.Struct, frozen=True):
    """A formula as it was written, its tree, and the metrics in it, in the order of their first use."""

    text: str
    term: Term
    metrics: tuple[str, ...]


def parse_formula(text: str) -> Formula:
    """Return the formula that `text` is; names that are no plain words stand in backticks.

    Raises:
        InvalidParameter: It is none, or asks for too much.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidParameter(f"A formula has at most {MAX_LENGTH} characters.")
    try:
        tree = _parser().parse(text)
    except lark.exceptions.UnexpectedInput as error:
        place = "at its end" if isinstance(error, lark.exceptions.UnexpectedEOF) else ""
        place = place or f"at position {error.pos_in_stream}"
        raise InvalidParameter(f"The formula {text!r} is not understood {place}.") from None
    metrics: dict[str, None] = {}
    term = _term(tree, metrics)
    if not metrics:
        raise InvalidParameter(f"The formula {text!r} names no metric.")
    if len(metrics) > MAX_METRICS:
        raise InvalidParameter(f"A formula has at most {MAX_METRICS} metrics.")
    return Formula(text, term, tuple(metrics))


@cache
def _parser() -> lark.Lark:
    return lark.Lark(_GRAMMAR, parser="lalr")


def _term(node: Any, metrics: dict[str, None]) -> Term:
    if node.data == "number":
        return Number(float(node.children[0]))
    if node.data in {"metric", "quoted"}:
        name = str(node.children[0]).strip("`")
        metrics[name] = None
        return Metric(name)
    children = node.children
    name = str(node.data)
    if name == "call":
        name, children = str(children[0]), children[1:]
        if FUNCTIONS.get(name) != len(children):
            known = ", ".join(f"{one} of {count}" for one, count in FUNCTIONS.items())
            raise InvalidParameter(
                f"A formula cannot call {name} of {len(children)}. It can: {known}."
            )
    operands = tuple(_term(child, metrics) for child in children)
    if name == "ema":
        if not (isinstance(operands[1], Number) and operands[1].value >= 1):
            raise InvalidParameter("ema(x, n) takes a number of points of at least 1.")
        return Average(operands[0], operands[1].value)
    return Operation(name, operands)
