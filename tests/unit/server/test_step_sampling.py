import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assay.server.step_sampling import is_chosen, sample_steps

HISTORIES = st.lists(st.lists(st.integers(-1000, 1000), max_size=60).map(sorted), max_size=4)


@given(HISTORIES, st.integers(1, 50))
def test_few_steps_are_all_chosen_and_many_are_thinned_with_their_ends(
    histories: list[list[int]], max_steps: int
) -> None:
    arrays = [np.array(history, np.int64) for history in histories]
    chosen = sample_steps(arrays, max_steps).tolist()
    distinct = sorted({step for history in histories for step in history})
    ends = {step for history in histories if history for step in (history[0], history[-1])}
    assert set(chosen) <= set(distinct)
    assert ends <= set(chosen)
    assert len(chosen) <= max(max_steps + 1 + len(ends), 0)
    assert chosen == distinct or len(distinct) > max_steps
    assert chosen == sorted(set(chosen))


def test_many_steps_are_chosen_by_their_place() -> None:
    chosen = sample_steps([np.arange(10, dtype=np.int64)], 3)
    assert chosen.tolist() == [0, 3, 6, 9]


@given(HISTORIES, st.integers(1, 20))
def test_a_step_is_chosen_exactly_when_it_is_in_the_sample(
    histories: list[list[int]], max_steps: int
) -> None:
    arrays = [np.array(history, np.int64) for history in histories]
    chosen = sample_steps(arrays, max_steps)
    for steps in arrays:
        assert is_chosen(steps, chosen).tolist() == [step in chosen.tolist() for step in steps]
