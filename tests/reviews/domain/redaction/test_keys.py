"""What keys say about their values."""

import pytest

from reviews.domain.redaction.keys import context_of, is_identifier, is_plain_key


@pytest.mark.parametrize(
    "key, context",
    [
        ("passport_no", "passport: "),
        ("customerDateOfBirth", "date of birth: "),
        ("生年月日", "date of birth: "),
        ("access-token", "password: "),
        ("token_count", ""),
        ("mobilePhone", "phone: "),
        ("orderNumber", "order: "),
        ("border", ""),
        ("Date of birth", "date of birth: "),
        ("phone2", "phone: "),
        ("Order number", ""),
        ("4111111111111111password", ""),
        ("password@example.com", ""),
        ("amount", ""),
    ],
)
def test_context_of_reads_keys_in_every_spelling(key, context):
    assert context_of(key).strip() == context.strip()


def test_is_plain_key_and_is_identifier_tell_field_names():
    assert is_plain_key("amount_due")
    assert not is_plain_key("a1")
    assert is_identifier("line2Text")
    assert not is_identifier("Anna")
