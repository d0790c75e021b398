"""What was measured."""

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of this machine."""

    what: str
    value: float
    unit: str


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of two servers that were asked the same; `other` is in the same unit."""

    what: str
    value: float
    other: float
    unit: str
    more_is_better: bool = True

    @property
    def times_better(self) -> float:
        """How many times better assay is."""
        better, worse = (
            (self.value, self.other) if self.more_is_better else (self.other, self.value)
        )
        return better / worse if worse else float("inf")
