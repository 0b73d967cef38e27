"""The CEL text must compile under CEL's own type check and mean what our closures mean."""

import functools

import pytest
from hypothesis import given, settings

from reviews.domain import conditions
from reviews.domain.conditions import Truth, check
from reviews.domain.expressions import cel_facts, to_cel
from tests.reviews.domain.trees import SCHEMA, all_known, trees

cel = pytest.importorskip("cel_expr_python.cel", reason="No wheel of cel-expr-python for this platform.")


@functools.cache
def environment():
    kinds = {
        "number": cel.Type.DOUBLE,
        "money": cel.Type.DOUBLE,
        "days": cel.Type.DOUBLE,
        "text": cel.Type.STRING,
        "choice": cel.Type.STRING,
        "boolean": cel.Type.BOOL,
        "set": cel.Type.List(cel.Type.STRING),
        "variance": cel.Type.Map(cel.Type.STRING, cel.Type.DOUBLE),
    }
    windows = cel.Type.Map(cel.Type.INT, cel.Type.DOUBLE)
    variables = {name: windows if field.cumulative else kinds[field.type] for name, field in SCHEMA.items()}
    variables |= {f"{name}_folded": cel.Type.STRING for name, field in SCHEMA.items() if field.type == "text"}
    return cel.NewEnv(variables=variables)


def cel_says(text, facts):
    result = environment().compile(text).eval(data=cel_facts(facts, SCHEMA))
    # CEL returns its errors instead of raising them, and they are truthy.
    assert result.type() == cel.Type.BOOL, result.value()
    return result.value()


@settings(deadline=None)
@given(tree=trees, facts=all_known)
def test_to_cel_means_what_the_closures_mean(tree, facts):
    assert check(tree, SCHEMA) == []

    verdict = conditions.compile(tree, SCHEMA).evaluate(facts)

    assert cel_says(to_cel(tree, SCHEMA), facts) is (verdict.truth is Truth.TRUE)


CASES = [
    (
        "_case a whole number carries a point",
        {"field": "amount", "op": ">=", "value": "5000"},
        "amount >= 5000.0",
    ),
    (
        "_case a cumulative field is looked up by its window",
        {"field": "subject_total", "op": ">=", "value": "20000", "window_hours": 24},
        "subject_total[24] >= 20000.0",
    ),
    (
        "_case a band is left on either side",
        {"field": "variance", "op": "outside_band", "value": {"percent": "2", "absolute": "250"}},
        "(variance.percent > 2.0 || variance.absolute > 250.0)",
    ),
    (
        "_case an inner group stands in brackets",
        {
            "all": [
                {"field": "country", "op": "not_in", "value": ["DE", "FR"]},
                {
                    "any": [
                        {"field": "new_supplier", "op": "is", "value": True},
                        {"not": {"field": "vulnerable", "op": "is", "value": False}},
                    ]
                },
            ]
        },
        '!(country in ["DE", "FR"]) && (new_supplier || !(!vulnerable))',
    ),
    (
        "_case a group of one is its member",
        {"all": [{"any": [{"field": "new_supplier", "op": "is", "value": True}]}]},
        "new_supplier",
    ),
    (
        "_case markup and quotes cannot leave the literal",
        {"field": "subject", "op": "contains", "value": 'A"\\\n\u2028'},
        'subject_folded.contains("a\\"\\\\\\n\\U00002028")',
    ),
]


@pytest.mark.parametrize(("_case", "tree", "text"), CASES, ids=[case[0] for case in CASES])
def test_to_cel_writes(_case, tree, text):
    assert to_cel(tree, SCHEMA) == text


def test_to_cel_of_the_largest_condition_still_compiles():
    tree = {"any": [{"field": "amount", "op": "==", "value": str(n)} for n in range(200)]}
    for kind in ["all", "any"] * 3:
        tree = {kind: [tree]}
    tree = {"not": tree}

    assert cel_says(to_cel(tree, SCHEMA), {"amount": 7}) is False


def test_cel_facts_leaves_out_what_is_missing():
    assert cel_facts({"amount": 7, "data_classes": {"b", "a"}}, SCHEMA) == {
        "amount": 7.0,
        "data_classes": ["a", "b"],
    }
