"""One value of a metric's history."""

import msgspec

from assay.entities.entity import Entity

MAX_FINITE = 1.7976931348623157e308
"""What an infinity is clamped to in the compatible API."""


class Metric(Entity, frozen=True):
    """A value that metric `key` had at `step`; NaN and infinities are values like others."""

    key: str
    value: float
    timestamp: int
    # A factory, so that step 0 is printed: the wire omits plain defaults.
    step: int = msgspec.field(default_factory=int)
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_id: str | None = None
