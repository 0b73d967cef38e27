"""Items by columns are the same items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.item_columns import ItemColumns
from reviews.domain.sampling import Item

ITEMS = st.lists(st.builds(Item, st.text(max_size=12), st.sampled_from("abc"), st.text(max_size=2)))


@given(ITEMS)
def test_they_are_what_was_put_in_in_its_order(items: list[Item]) -> None:
    columns = ItemColumns(items)
    assert list(columns) == items
    assert [columns[at] for at in range(-len(items), len(items))] == items + items
    assert columns[1:-1] == items[1:-1]


@given(ITEMS)
def test_beyond_the_last_there_is_none(items: list[Item]) -> None:
    columns = ItemColumns(items)
    for at in (len(items), -len(items) - 1):
        with pytest.raises(IndexError):
            columns[at]
