from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.domain import notation


@given(data=st.binary(max_size=80))
def test_base64_is_read_as_it_is_written(data):
    assert notation.base64_text(data) == b64encode(data).decode()
    assert notation.base64_bytes(notation.base64_text(data)) == data


@pytest.mark.parametrize(
    "text", ["YQ", "YQ=", "YQ===", "YR==", "Y Q=", "YQ==\n", "YQ-_", "=", "ÿÿÿÿ", "YQ==YQ=="]
)
def test_base64_written_in_any_other_way_is_refused(text):
    with pytest.raises(ValueError, match="not base64"):
        notation.base64_bytes(text)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_hash_has_thirty_two_bytes(size):
    assert notation.base64_hash(notation.base64_text(bytes(32))) == bytes(32)
    with pytest.raises(ValueError, match="not a hash"):
        notation.base64_hash(notation.base64_text(bytes(size)))


@given(number=st.integers(0, 2**63))
def test_decimal_reads_plain_digits(number):
    assert notation.decimal(str(number), most=2**63) == number


@pytest.mark.parametrize(
    "text", ["", "00", "01", "+1", "-1", "1_0", " 1", "1\n", "١", "1.0", "0x1", "101", "9" * 5000]
)
def test_decimal_refuses_any_other_way_and_what_is_too_large(text):
    with pytest.raises(ValueError, match="plain digits"):
        notation.decimal(text, most=100)
