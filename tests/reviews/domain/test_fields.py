import pytest

from reviews.domain.fields import Field, schema_of

BAD = [
    ("_case a name with a capital", {"name": "Amount", "type": "money"}),
    ("_case a word of CEL", {"name": "in", "type": "money"}),
    ("_case an unknown type", {"name": "amount", "type": "float"}),
    ("_case a cumulative text", {"name": "subject", "type": "text", "cumulative": True}),
]


@pytest.mark.parametrize(("_case", "terms"), BAD, ids=[row[0] for row in BAD])
def test_field_refuses(_case, terms):
    with pytest.raises(ValueError, match="field|cumulative"):
        Field(label="x", **terms)


def test_schema_of_refuses_a_name_given_twice():
    with pytest.raises(ValueError, match="twice"):
        schema_of([Field("amount", "amount", "money"), Field("amount", "sum", "money")])
