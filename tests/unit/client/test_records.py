import struct

from hypothesis import given
from hypothesis import strategies as st

from assay.client.records import (
    decode_record,
    decode_records,
    decode_value,
    encode_record,
    encode_value,
)
from strategies import bits_of, double_of, metric_values


@given(metric_values())
def test_a_value_comes_back_bit_for_bit(value):
    text = encode_value(value)
    read = text.strip('"') if text.startswith('"') else float(text)
    assert bits_of(decode_value(read)) == bits_of(value)


def test_a_nan_with_a_payload_keeps_it():
    value = double_of(0x7FF8_0000_0000_1234)
    assert struct.pack("<d", decode_value(encode_value(value).strip('"'))) == struct.pack(
        "<d", value
    )


@given(st.text(), st.text(), st.integers(1, 2**62))
def test_a_record_comes_back_as_it_was_written(key, value, seq):
    line = encode_record("tag", seq, key, value)
    assert decode_record(line.rstrip(b"\n"))[:-1] == ("tag", seq, key, value)
    assert decode_records(line)[0][:-1] == ("tag", seq, key, value)


@given(st.data())
def test_a_line_with_any_changed_byte_is_refused(data):
    line = encode_record("param", 7, "rate", "0.1").rstrip(b"\n")
    place = data.draw(st.integers(0, len(line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != line[place]))
    changed = line[:place] + bytes([byte]) + line[place + 1 :]
    assert decode_record(changed) is None


@given(st.integers(0, 40))
def test_a_torn_line_is_refused(length):
    line = encode_record("param", 7, "a-rather-long-key", "a-rather-long-value").rstrip(b"\n")
    assert decode_record(line[:length]) is None


def test_a_line_that_is_no_record_is_refused():
    assert decode_record(b"[1,2]") is None
    assert decode_record(b"{}") is None
    assert decode_record(b"") is None
