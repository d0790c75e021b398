"""What every search settles first: how many results, of which experiments, and what now is."""

import time
from collections.abc import Sequence
from typing import Final

from assay.entities.names import MAX_INT64
from assay.errors import InvalidParameter
from assay.store.experiments import experiment_number

MAX_EXPERIMENTS: Final = 100_000


def check_max_results(max_results: int, *, most: int) -> None:
    """Raise InvalidParameter unless `max_results` lies between 1 and `most`."""
    if max_results < 1:
        reason = "It must be a positive integer"
    elif max_results > most:
        reason = f"It must be at most {most}"
    else:
        return
    raise InvalidParameter(
        f"Invalid value {max_results} for parameter 'max_results' supplied. {reason}"
    )


def experiment_numbers(experiment_ids: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers that the ids spell, each once; what is no number has no runs.

    Raises:
        InvalidParameter: There are more than 100,000 ids.
    """
    if len(experiment_ids) > MAX_EXPERIMENTS:
        raise InvalidParameter(
            f"At most {MAX_EXPERIMENTS} experiments can be searched at once. "
            f"Got {len(experiment_ids)}."
        )
    numbers = {
        int(experiment_id): None
        for experiment_id in experiment_ids
        if experiment_id.isascii() and experiment_id.isdecimal() and len(experiment_id) < 20
    }
    return tuple(number for number in numbers if number <= MAX_INT64)


def known_numbers(experiment_ids: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers that the ids spell, where none may be passed over: no number means all.

    Raises:
        InvalidParameter: An id is no number, or there are too many.
        ExperimentNotFound: No experiment can have it.
    """
    experiment_numbers(experiment_ids)
    return tuple(dict.fromkeys(experiment_number(one) for one in experiment_ids))


def current_ms(now_ms: int | None) -> int:
    """Return `now_ms`, or what the clock says when it is None."""
    return time.time_ns() // 1_000_000 if now_ms is None else now_ms
