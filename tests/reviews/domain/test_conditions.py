"""The condition language: what is refused, what a leaf means, and Kleene's logic over all trees."""

import copy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Invalid
from reviews.domain import conditions
from reviews.domain.conditions import Truth, check, leaves, windows
from tests.reviews.domain.trees import SCHEMA, all_known, anything, some_known, trees, wild_facts

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def leaf(field, op, value, **more):
    return {"field": field, "op": op, "value": value, **more}


AMOUNT = leaf("amount", ">=", "5000")
BAND = leaf("variance", "outside_band", {"percent": "2", "absolute": "250"})
NEW = leaf("new_supplier", "is", True)


def band(percent, absolute):
    return {"variance": {"percent": Decimal(percent), "absolute": Decimal(absolute)}}


LEAVES = [
    ("_case a cent below the limit", AMOUNT, {"amount": Decimal("4999.99")}, F),
    ("_case the limit itself", AMOUNT, {"amount": Decimal("5000.00")}, T),
    ("_case a whole number counts as money", AMOUNT, {"amount": 5000}, T),
    ("_case a missing required fact", AMOUNT, {}, U),
    ("_case a missing fact given as None", AMOUNT, {"amount": None}, U),
    ("_case a float is no amount", AMOUNT, {"amount": 9000.0}, U),
    ("_case true is no number", AMOUNT, {"amount": True}, U),
    ("_case text is no number", AMOUNT, {"amount": "9000"}, U),
    ("_case NaN is no number", AMOUNT, {"amount": Decimal("NaN")}, U),
    ("_case a signalling NaN is no number", AMOUNT, {"amount": Decimal("sNaN")}, U),
    ("_case infinity is no number", AMOUNT, {"amount": Decimal("Infinity")}, U),
    ("_case a missing optional fact", leaf("discount", "<", "5"), {}, F),
    ("_case a wrong optional fact is not a missing one", leaf("discount", "<", "5"), {"discount": "none"}, U),
    ("_case B7 1.9 % and 240 are inside", BAND, band("1.9", "240"), F),
    ("_case B7 1.9 % and 260 are outside", BAND, band("1.9", "260"), T),
    ("_case 2.1 % and 10 are outside", BAND, band("2.1", "10"), T),
    ("_case both limits themselves are inside", BAND, band("2", "250"), F),
    ("_case a negative variance counts by its size", BAND, band("-2.1", "-10"), T),
    ("_case one side over the limit is enough", BAND, {"variance": {"absolute": Decimal(260)}}, T),
    ("_case one side inside is not enough", BAND, {"variance": {"absolute": Decimal(240)}}, U),
    ("_case a variance without sides", BAND, {"variance": Decimal(3)}, U),
    ("_case no variance", BAND, {}, U),
    (
        "_case B2 three invoices of 2,000 cross 5,000",
        leaf("subject_total", ">=", "5000", window_hours=24),
        {"subject_total": {24: Decimal(6000), 1: Decimal(2000)}},
        T,
    ),
    (
        "_case another window is another fact",
        leaf("subject_total", ">=", "5000", window_hours=48),
        {"subject_total": {24: Decimal(6000)}},
        U,
    ),
    (
        "_case a total without windows",
        leaf("subject_total", ">=", "1", window_hours=24),
        {"subject_total": 9},
        U,
    ),
    ("_case no total", leaf("subject_total", ">=", "1", window_hours=24), {}, U),
    (
        "_case a total of text",
        leaf("subject_total", ">=", "1", window_hours=24),
        {"subject_total": {24: "9"}},
        U,
    ),
    (
        "_case a total at the limit",
        leaf("subject_total", ">", "9", window_hours=24),
        {"subject_total": {24: 9}},
        F,
    ),
    ("_case contains ignores case", leaf("subject", "contains", "STRASSE"), {"subject": "Neue Straße 4"}, T),
    ("_case equals does not ignore case", leaf("subject", "==", "Legal"), {"subject": "legal"}, F),
    ("_case text in a list", leaf("subject", "in", ["a", "b"]), {"subject": "b"}, T),
    ("_case text is not", leaf("subject", "!=", "a"), {"subject": "b"}, T),
    ("_case a listed country", leaf("country", "in", ["DE", "FR"]), {"country": "FR"}, T),
    ("_case a country outside the list", leaf("country", "not_in", ["DE"]), {"country": "PH"}, T),
    ("_case an undeclared choice is unknown", leaf("country", "not_in", ["DE"]), {"country": "KP"}, U),
    ("_case a missing choice", leaf("country", "==", "DE"), {}, U),
    ("_case a boolean that holds", NEW, {"new_supplier": True}, T),
    ("_case a boolean that does not", NEW, {"new_supplier": False}, F),
    ("_case one is no boolean", NEW, {"new_supplier": 1}, U),
    ("_case a missing boolean", NEW, {}, U),
    ("_case any of", leaf("data_classes", "has_any", ["health", "minors"]), {"data_classes": {"minors"}}, T),
    ("_case none of", leaf("data_classes", "has_none", ["health"]), {"data_classes": frozenset()}, T),
    (
        "_case not all of",
        leaf("data_classes", "has_all", ["health", "minors"]),
        {"data_classes": {"minors"}},
        F,
    ),
    ("_case a text is no set", leaf("data_classes", "has_any", ["health"]), {"data_classes": "health"}, U),
    ("_case a missing set", leaf("data_classes", "has_any", ["health"]), {}, U),
    ("_case false beats unknown in all", {"all": [AMOUNT, NEW]}, {"new_supplier": False}, F),
    ("_case unknown beats true in all", {"all": [AMOUNT, NEW]}, {"new_supplier": True}, U),
    ("_case true beats unknown in any", {"any": [AMOUNT, NEW]}, {"new_supplier": True}, T),
    ("_case unknown beats false in any", {"any": [AMOUNT, NEW]}, {"new_supplier": False}, U),
    ("_case not of unknown is unknown", {"not": AMOUNT}, {}, U),
    ("_case a group of one is its member", {"all": [{"any": [AMOUNT]}]}, {"amount": 1}, F),
]


@pytest.mark.parametrize(("_case", "tree", "facts", "truth"), LEAVES, ids=[row[0] for row in LEAVES])
def test_evaluate_gives(_case, tree, facts, truth):
    assert conditions.compile(tree, SCHEMA).evaluate(facts).truth is truth


def test_evaluate_names_the_leaves_that_matched():
    tree = {
        "any": [AMOUNT, {"all": [NEW, {"not": leaf("country", "==", "DE")}]}, leaf("confidence", "<", "0.90")]
    }

    verdict = conditions.compile(tree, SCHEMA).evaluate(
        {"amount": 1, "new_supplier": True, "country": "PH", "confidence": Decimal("0.5")}
    )

    assert verdict.matched == ("/any/1/all/0", "/any/1/all/1/not", "/any/2")


def test_evaluate_names_the_fields_that_were_unknown():
    verdict = conditions.compile({"all": [AMOUNT, NEW, leaf("amount", "<", "9")]}, SCHEMA).evaluate(
        {"new_supplier": True}
    )

    assert verdict.unknown == ("amount",)
    assert verdict.matched == ()


# --- an oracle that is as slow and plain as Kleene's tables -----------------------------------------------------


def plain(tree, facts):
    if "not" in tree:
        return {T: F, F: T, U: U}[plain(tree["not"], facts)]
    if "all" in tree:
        parts = [plain(part, facts) for part in tree["all"]]
        return F if F in parts else U if U in parts else T
    if "any" in tree:
        parts = [plain(part, facts) for part in tree["any"]]
        return T if T in parts else U if U in parts else F
    return conditions.compile(tree, SCHEMA).evaluate(facts).truth


@given(tree=trees, facts=some_known)
def test_evaluate_follows_kleenes_tables(tree, facts):
    assert conditions.compile(tree, SCHEMA).evaluate(facts).truth is plain(tree, facts)


@given(tree=trees, facts=all_known, data=st.data())
def test_evaluate_never_changes_its_mind_when_more_becomes_known(tree, facts, data):
    required = [name for name, field in SCHEMA.items() if not field.optional]
    forgotten = data.draw(st.sets(st.sampled_from(required)))
    fewer = {name: fact for name, fact in facts.items() if name not in forgotten}

    before, after = (conditions.compile(tree, SCHEMA).evaluate(known).truth for known in (fewer, facts))

    assert before in (after, U)
    assert after is not U


@given(tree=trees, facts=wild_facts)
def test_evaluate_survives_any_facts_and_explains_itself(tree, facts):
    verdict = conditions.compile(tree, SCHEMA).evaluate(facts)

    paths = {path for path, _ in leaves(tree)}
    assert set(verdict.matched) <= paths
    assert bool(verdict.matched) is (verdict.truth is T)
    assert bool(verdict.unknown) is (verdict.truth is U)


# --- checking ---------------------------------------------------------------------------------------------------


def nested(depth, kinds=("all", "any")):
    tree = AMOUNT
    for level in range(depth):
        tree = {kinds[level % 2]: [tree]}
    return tree


BAD = [
    ("_case not an object", [], "", "must be an object"),
    ("_case empty", {}, "/field", "no such field"),
    ("_case unknown field", leaf("colour", "==", "red"), "/field", "no such field"),
    ("_case a field that is no text", leaf(["amount"], "==", "1"), "/field", "no such field"),
    ("_case an op of another type", leaf("amount", "contains", "5"), "/op", "compared by: >=, >"),
    ("_case an op that is no text", leaf("amount", {}, "5"), "/op", "compared by"),
    ("_case a number that is no text", leaf("amount", ">=", 5000), "/value", "as text"),
    ("_case no value", {"field": "amount", "op": ">="}, "/value", "as text"),
    ("_case not a number", leaf("amount", ">=", "NaN"), "/value", "plain number"),
    ("_case infinite", leaf("amount", ">=", "Infinity"), "/value", "plain number"),
    ("_case an exponent", leaf("amount", ">=", "1e9"), "/value", "plain number"),
    ("_case too many digits", leaf("amount", ">=", "1234567890123456"), "/value", "15 digits"),
    ("_case other digits", leaf("amount", ">=", "٣"), "/value", "plain number"),
    ("_case half a day", leaf("supplier_age", "<=", "1.5"), "/value", "whole number of days"),
    ("_case a boolean as text", leaf("new_supplier", "is", "true"), "/value", "true or false"),
    ("_case a band without sides", leaf("variance", "outside_band", "2"), "/value", "“percent”"),
    (
        "_case a band with a wrong side",
        leaf("variance", "outside_band", {"percent": "2", "absolute": 250}),
        "/value",
        "as text",
    ),
    (
        "_case a negative band",
        leaf("variance", "outside_band", {"percent": "-2", "absolute": "1"}),
        "/value",
        "negative",
    ),
    ("_case an unknown choice", leaf("country", "==", "XX"), "/value", "not among the choices"),
    (
        "_case an unknown member",
        leaf("data_classes", "has_any", ["health", "x"]),
        "/value",
        "not among the choices",
    ),
    ("_case no list", leaf("country", "in", "DE"), "/value", "list of 1 to 200"),
    ("_case an empty list", leaf("country", "in", []), "/value", "list of 1 to 200"),
    ("_case a list that repeats", leaf("country", "in", ["DE", "DE"]), "/value", "only once"),
    ("_case a list in a list", leaf("country", "in", [["DE"]]), "/value", "must be a text"),
    ("_case blank text", leaf("subject", "contains", "  "), "/value", "must not be empty"),
    ("_case long text", leaf("subject", "==", "x" * 201), "/value", "at most 200"),
    ("_case half a surrogate pair", leaf("subject", "==", "\ud800"), "/value", "cannot be stored"),
    (
        "_case a window on a plain field",
        leaf("amount", ">=", "5", window_hours=24),
        "/window_hours",
        "Only a cumulative",
    ),
    ("_case no window", leaf("subject_total", ">=", "5"), "/window_hours", "1 to 2160"),
    ("_case an empty window", leaf("subject_total", ">=", "5", window_hours=0), "/window_hours", "1 to 2160"),
    (
        "_case too long a window",
        leaf("subject_total", ">=", "5", window_hours=2161),
        "/window_hours",
        "1 to 2160",
    ),
    (
        "_case a window that is true",
        leaf("subject_total", ">=", "5", window_hours=True),
        "/window_hours",
        "1 to 2160",
    ),
    ("_case a stray key", leaf("amount", ">=", "5") | {"a/b~": 1}, "/a~1b~0", "nothing else"),
    ("_case an empty all", {"all": []}, "/all", "at least one"),
    ("_case an any that is no list", {"any": AMOUNT}, "/any", "at least one"),
    ("_case two groups at once", {"all": [AMOUNT], "any": [AMOUNT]}, "", "exactly one"),
    ("_case an empty not", {"not": None}, "/not", "must be an object"),
    (
        "_case deep inside",
        {"all": [AMOUNT, {"not": leaf("amount", ">=", "x")}]},
        "/all/1/not/value",
        "plain number",
    ),
    ("_case nine deep", nested(9), "/any/0/all/0/any/0/all/0".replace("/any", "/all", 1), "8 deep"),
    (
        "_case 201 comparisons",
        {"all": [{"any": [AMOUNT] * 101}, {"any": [AMOUNT] * 100}]},
        "/all/1/any/99",
        "at most 200",
    ),
    ("_case a very wide group", {"all": [AMOUNT] * 100_000}, "/all", "at most 200"),
]


@pytest.mark.parametrize(("_case", "tree", "path", "words"), BAD, ids=[row[0] for row in BAD])
def test_check_refuses(_case, tree, path, words):
    problems = check(tree, SCHEMA)

    assert len(problems) == 1
    assert words in problems[0].sentence
    if "deep" not in words:
        assert problems[0].path == path


def test_check_accepts_the_largest_condition():
    assert check({"all": [{"any": [AMOUNT] * 100}, {"any": [AMOUNT] * 100}]}, SCHEMA) == []
    assert check(nested(8), SCHEMA) == []


def test_check_reports_every_problem_in_reading_order():
    tree = {"all": [leaf("x", "==", "1"), AMOUNT, leaf("amount", "~", "1")]}

    assert [problem.path for problem in check(tree, SCHEMA)] == ["/all/0/field", "/all/2/op"]


def test_check_survives_a_bomb_of_groups():
    bomb = {"any": [AMOUNT]}
    for _ in range(7):
        bomb = {"all": [bomb] * 200}

    assert "at most 200" in check(bomb, SCHEMA)[-1].sentence


def test_check_survives_any_depth():
    tree = AMOUNT
    for _ in range(100_000):
        tree = {"not": tree}

    problems = check(tree, SCHEMA)

    assert [problem.sentence for problem in problems] == ["Conditions may be nested at most 8 deep."]
    while (
        "not" in tree
    ):  # unwound by hand: the interpreter itself cannot free so deep a tree on every platform
        tree = tree.pop("not")


@given(tree=st.one_of(anything, trees.flatmap(lambda tree: st.just({"all": [tree, {"not": None}]}))))
def test_check_never_raises(tree):
    assert check(tree, SCHEMA) != []


@given(tree=trees)
def test_check_leaves_the_tree_as_it_is(tree):
    before = copy.deepcopy(tree)

    assert check(tree, SCHEMA) == []
    assert tree == before


def test_compile_refuses_a_bad_tree_with_all_its_problems():
    with pytest.raises(Invalid) as refused:
        conditions.compile({"all": [leaf("x", "==", "1"), leaf("amount", "~", "1")]}, SCHEMA)

    assert refused.value.code == "condition"
    assert refused.value.field == "/all/0/field"
    assert len(refused.value.details) == 2


def test_windows_lists_the_cumulative_facts_once():
    total = leaf("subject_total", ">=", "5", window_hours=24)
    tree = {"any": [total, {"not": total}, AMOUNT, leaf("subject_count", ">", "3", window_hours=1)]}

    assert windows(tree) == {("subject_total", 24), ("subject_count", 1)}


def test_every_type_of_field_is_in_the_test_schema():
    assert {field.type for field in SCHEMA.values()} == set(conditions.OPS)
