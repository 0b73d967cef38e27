"""Conditions as rows in groups: the same condition again, whatever is done to its shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import conditions, outlines, written_values
from reviews.domain.outlines import ACTS, Group, Row, nodes, of_tree, tree_of
from tests.reviews.domain.normal import normal
from tests.reviews.domain.trees import SCHEMA, trees


def read(_path, row):
    field = SCHEMA[row.cell("field")]
    leaf = {"field": field.name, "op": row.cell("op")}
    leaf["value"] = written_values.value(field, leaf["op"], row.cells)
    return leaf | ({"window_hours": int(row.cell("window"))} if field.cumulative else {})


@given(trees)
def test_an_outline_is_the_same_condition(tree):
    assert normal(tree_of(of_tree(tree, SCHEMA), read)) == normal(tree)


def leaves(outline):
    return sorted(str(node.cells) for _path, node in nodes(outline) if isinstance(node, Row) and node.cells)


@given(trees, st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 30)), max_size=12))
def test_whatever_is_done_the_focus_has_a_place_and_no_row_is_lost(tree, doings):
    outline = of_tree(tree, SCHEMA)

    for act, number in doings:
        before, paths = leaves(outline), [path for path, _node in nodes(outline)]
        focus = ACTS[act](outline, paths[number % len(paths)])
        assert outlines.at(outline, focus) is not None
        if act != "remove":
            assert leaves(outline) == before


@given(trees, st.integers(0, 30))
def test_moving_up_and_down_again_changes_nothing_that_was_in_order(tree, number):
    outline = of_tree(tree, SCHEMA)
    rows = [path for path, node in nodes(outline) if isinstance(node, Row)]
    path = rows[number % len(rows)]
    order = [str(node.cells) for _path, node in nodes(outline) if isinstance(node, Row)]

    outlines.down(outline, outlines.up(outline, path))

    assert sorted(str(node.cells) for _path, node in nodes(outline) if isinstance(node, Row)) == sorted(order)


def shape(node):
    if isinstance(node, Row):
        return node.cell("n")
    return [node.join, *(shape(member) for member in node.members)]


@pytest.mark.parametrize(
    ("act", "path", "after", "focus"),
    [
        ("up", (2,), ["all", "a", ["any", "b", "c", "d"]], (1, 2)),
        ("up", (1,), ["all", ["any", "b", "c"], "a", "d"], (0,)),
        ("up", (0,), ["all", "a", ["any", "b", "c"], "d"], (0,)),
        ("up", (1, 0), ["all", "a", "b", ["any", "c"], "d"], (1,)),
        ("down", (0,), ["all", ["any", "a", "b", "c"], "d"], (0, 0)),
        ("down", (1, 1), ["all", "a", ["any", "b"], "c", "d"], (2,)),
        ("down", (2,), ["all", "a", ["any", "b", "c"], "d"], (2,)),
        ("remove", (1, 1), ["all", "a", ["any", "b"], "d"], (1,)),
        ("remove", (2,), ["all", "a", ["any", "b", "c"]], ()),
        ("wrap", (0,), ["all", ["any", "a"], ["any", "b", "c"], "d"], (0,)),
        ("dissolve", (1,), ["all", "a", "b", "c", "d"], (1,)),
        ("dissolve", (0,), ["all", "a", ["any", "b", "c"], "d"], (0,)),
        ("add", (1,), ["all", "a", ["any", "b", "c", ""], "d"], (1, 2)),
        ("add", (0,), ["all", "a", ["any", "b", "c"], "d"], (0,)),
        ("group", (1,), ["all", "a", ["any", "b", "c", ["all", ""]], "d"], (1, 2, 0)),
    ],
)
def test_acts(act, path, after, focus):
    a, b, c, d = (Row({"n": [name]}) for name in "abcd")
    outline = Group("all", [a, Group("any", [b, c]), d])

    assert ACTS[act](outline, path) == focus
    assert shape(outline) == after


def test_a_group_left_empty_goes():
    lone, last = Row({"n": ["a"]}), Row({"n": ["b"]})
    outline = Group("all", [Group("any", [Group("all", [lone])]), last])

    outlines.remove(outline, (0, 0, 0))

    assert shape(outline) == ["all", "b"]
    assert outlines.down(Group("all", [Group("any", [lone]), last]), (0, 0)) == (0,)


def test_a_row_takes_the_first_operator_of_its_new_field():
    row = Row({"field": ["country"], "op": [">="], "value": ["5000"]})

    outlines.narrowed(row, SCHEMA)

    assert row.cells == {"field": ["country"], "op": ["=="], "value": []}
    assert conditions.MAX_DEPTH == outlines.MAX_DEPTH
