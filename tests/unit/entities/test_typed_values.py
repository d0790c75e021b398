import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.media import media_stem, parse_media_name
from assay.entities.typed_values import flatten, type_of, typed_value

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_a_typed_value_comes_back_or_is_text(value):
    found = typed_value(str(value), type_of(value))
    assert found == value or found == str(value)
    if isinstance(value, bool | int | float | str | None):
        assert found == value
        assert type(found) is type(value)


def test_nan_comes_back():
    assert math.isnan(typed_value("nan", type_of(math.nan)))


@pytest.mark.parametrize(
    ("value", "kind"),
    [(np.float32(0.5), "float"), (np.int64(3), "int"), (np.bool_(True), "bool"), (object(), None)],
)
def test_numbers_of_numpy_have_types(value, kind):
    assert type_of(value) == kind
    assert typed_value(str(value), kind) in (value, str(value))


def test_text_that_does_not_fit_its_type_stays_text():
    assert typed_value("many", "int") == "many"
    assert typed_value("[1, f()]", "literal") == "[1, f()]"


@given(st.dictionaries(st.text("ab", min_size=1), values, max_size=4))
def test_flat_keys_lead_back_to_nested_values(nested):
    for key, value in flatten("root", nested):
        place = {"root": nested}
        found = list(walk(place, key))
        assert value in found


def walk(place, key):
    """Return every value that a dotted key may mean."""
    if key in place:
        yield place[key]
    for name, inner in place.items():
        if isinstance(inner, dict) and key.startswith(f"{name}."):
            yield from walk(inner, key[len(name) + 1 :])


@given(
    st.text("abc/_-. ", min_size=1, max_size=20),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 2**53),
)
def test_the_name_of_a_media_file_says_where_it_belongs(key, step, timestamp_ms):
    stem = media_stem(key, step=step, timestamp_ms=timestamp_ms, identity="1-2-3")
    place = parse_media_name(f"{stem}.png")
    assert (place.key, place.step, place.timestamp) == (key, step, timestamp_ms)
    assert parse_media_name(f"{stem}+compressed.webp").is_thumbnail


def test_names_of_older_clients_are_understood():
    place = parse_media_name("a#b%step%4%timestamp%17%k0a-1%compressed.webp")
    assert (place.key, place.step, place.is_thumbnail) == ("a/b", 4, True)
    assert parse_media_name("photo.png") is None
