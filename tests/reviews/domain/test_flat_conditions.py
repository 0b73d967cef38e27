import pytest
from hypothesis import given

from reviews.domain import conditions
from reviews.domain.flat_conditions import flattened, joined, replaced
from tests.reviews.domain.trees import trees

ONE = {"field": "amount", "op": ">=", "value": "5"}
TWO = {"field": "confidence", "op": "<", "value": "0.9"}


@pytest.mark.parametrize(
    "_case, tree, join, leaves",
    [
        ("_case one comparison", ONE, "all", (ONE,)),
        ("_case all", {"all": [ONE, TWO]}, "all", (ONE, TWO)),
        ("_case any", {"any": [ONE, TWO]}, "any", (ONE, TWO)),
    ],
)
def test_flattened_reads_a_flat_condition(_case, tree, join, leaves):
    flat = flattened(tree)

    assert (flat.join, flat.leaves) == (join, leaves)
    assert joined(flat.join, flat.leaves) == tree


@pytest.mark.parametrize("tree", [{"not": ONE}, {"all": [ONE, {"any": [TWO]}]}, {"any": [{"not": ONE}]}])
def test_flattened_leaves_deeper_conditions_alone(tree):
    assert flattened(tree) is None


@given(trees)
def test_replaced_by_its_own_comparisons_is_the_same_tree(tree):
    assert replaced(tree, dict(conditions.leaves(tree))) == tree
    assert replaced(tree, {}) == tree


def test_replaced_puts_each_comparison_in_its_place():
    tree = {"all": [ONE, {"not": {"any": [TWO, ONE]}}]}

    assert replaced(tree, {"/all/1/not/any/1": TWO}) == {"all": [ONE, {"not": {"any": [TWO, TWO]}}]}
