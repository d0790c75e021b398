import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import InvalidParameter
from assay.wire.frame import decode_frame, encode_frame, narrowed

ARRAYS = st.one_of(
    st.lists(st.floats(), max_size=20).map(lambda values: np.array(values, np.float64)),
    st.lists(st.floats(width=32), max_size=20).map(lambda values: np.array(values, np.float32)),
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20).map(
        lambda values: np.array(values, np.int64)
    ),
)


@given(st.dictionaries(st.text(max_size=5), ARRAYS, max_size=5), st.text())
def test_decoding_an_encoded_frame_gives_every_bit_back(arrays, note) -> None:
    header, decoded = decode_frame(encode_frame({"note": note}, arrays))

    assert header == {"note": note}
    assert {name: array.tobytes() for name, array in decoded.items()} == {
        name: array.tobytes() for name, array in arrays.items()
    }


@given(st.binary(max_size=80), st.integers(0, 200))
def test_a_changed_frame_decodes_or_is_refused(noise, position) -> None:
    data = encode_frame({"exact": True}, {"x": np.arange(5), "y": np.arange(5.0)})
    position %= len(data)
    broken = data[:position] + noise + data[position + len(noise) :]

    try:
        decode_frame(broken)
    except InvalidParameter:
        return


def test_arrays_start_at_multiples_of_eight_bytes() -> None:
    marks = np.full(1, 0x4141414141414141, np.int64)

    data = encode_frame({"a": 1}, {"odd": np.zeros(3, np.float32), "marks": marks})

    assert data.index(b"A" * 8) % 8 == 0


@pytest.mark.parametrize("value", [1e60, 1e-300])
def test_values_that_32_bits_cannot_hold_stay_64_bits(value) -> None:
    assert narrowed(np.array([value, 2 * value])).dtype == np.float64


def test_ordinary_values_are_narrowed_and_keep_nan_and_infinity() -> None:
    narrow = narrowed(np.array([0.1, 25.0, np.nan, np.inf]))

    assert narrow.dtype == np.float32
    assert np.isnan(narrow[2])
    assert np.isinf(narrow[3])


def test_values_close_together_around_a_large_one_stay_64_bits() -> None:
    assert narrowed(1e9 + np.arange(10.0) * 1e-3).dtype == np.float64
