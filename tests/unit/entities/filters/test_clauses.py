"""A filter cut at its outermost ANDs."""

import pytest

from assay.entities.filters.clauses import clauses_of
from assay.errors import InvalidFilter


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", ()),
        ("  ", ()),
        ("params.a = 'x'", ("params.a = 'x'",)),
        ("params.a = 'x AND y' and metrics.b > 1", ("params.a = 'x AND y'", "metrics.b > 1")),
        ("(metrics.a > 1 AND metrics.b > 1) AND NOT tags.c = 'd'",
         ("(metrics.a > 1 AND metrics.b > 1)", "NOT tags.c = 'd'")),
        ("and metrics.a > 1 and and metrics.b in (1, 2) and", ("metrics.a > 1", "metrics.b in (1, 2)")),
        ("metrics.a > 1 AND metrics.b > 1 OR metrics.c > 1",
         ("metrics.a > 1 AND metrics.b > 1 OR metrics.c > 1",)),
        ("metrics.`a AND b` > 1 AND (metrics.c > 1 OR metrics.d IS NAN)",
         ("metrics.`a AND b` > 1", "(metrics.c > 1 OR metrics.d IS NAN)")),
    ],
)  # fmt: skip
def test_clauses(text, clauses):
    assert clauses_of(text) == clauses


def test_half_a_filter_is_refused():
    with pytest.raises(InvalidFilter):
        clauses_of("metrics.a > 1 AND metrics.")
