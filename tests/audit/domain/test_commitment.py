import hashlib
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.domain import commitment

salts = st.binary(min_size=32, max_size=32)
paths = st.from_regex(r"[a-z][a-z0-9_.]{0,20}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs"]))


@given(salt=salts, path=paths, value=values)
def test_commit_is_the_hash_of_salt_path_nul_value(salt, path, value):
    made = commitment.commit(salt=salt, path=path, value=value)

    assert b64decode(made) == hashlib.sha256(salt + path.encode() + b"\x00" + value.encode()).digest()
    assert commitment.holds(commitment=made, salt=salt, path=path, value=value)


@given(first=st.tuples(salts, paths, values), second=st.tuples(salts, paths, values))
def test_commit_differs_where_salt_path_or_value_differ(first, second):
    made = [commitment.commit(salt=salt, path=path, value=value) for salt, path, value in (first, second)]

    assert (made[0] == made[1]) == (first == second)


@given(salt=salts, path=paths, value=values, other=values)
def test_holds_only_for_the_value_that_was_committed_to(salt, path, value, other):
    made = commitment.commit(salt=salt, path=path, value=value)

    assert commitment.holds(commitment=made, salt=salt, path=path, value=other) == (value == other)


@pytest.mark.parametrize(
    ("_case", "salt", "path"),
    [("a short salt", b"x" * 31, "path"), ("a path with the byte that ends it", b"x" * 32, "pa\x00th")],
)
def test_commit_refuses_what_would_make_it_ambiguous(_case, salt, path):
    with pytest.raises(ValueError, match=r"salt|path"):
        commitment.commit(salt=salt, path=path, value="x")
