"""The t distribution's 97.5 % point equals published tables."""

import pytest

from assay.store.student import t_975


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.706204736), (2, 4.302652730), (3, 3.182446305), (4, 2.776445105), (9, 2.262157163),
     (30, 2.042272456), (100, 1.983971519), (400, 1.965912343), (1000, 1.962339081)],
)  # fmt: skip
def test_it_equals_the_tables(freedom, expected):
    assert t_975(freedom) == pytest.approx(expected, rel=1e-8)
