"""What may not become active: B6's locked adverse outcomes, C1's paths, and locks that only ever widen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import conditions
from reviews.domain.conditions import Field, Truth, schema_of
from reviews.domain.routing import Effect, Rule, RuleSetTerms
from reviews.domain.rule_lint import lint, lock_broken
from tests.reviews.domain.trees import SCHEMA, some_known, trees

OUTCOMES = ("pay", "deny", "partial", "terminate")
CLAIMS = schema_of(
    [
        Field("outcome", "outcome", "choice", choices=OUTCOMES),
        Field("adverse", "adverse outcome", "boolean"),
        Field("reserve", "reserve", "money", unit="EUR"),
        Field("vulnerable", "vulnerable customer", "boolean", optional=True),
        Field("subject", "subject", "text"),
        Field("classes", "data classes", "set"),
        Field("variance", "variance", "variance", unit="EUR"),
    ]
)


def leaf(field, op, value, **more):
    return {"field": field, "op": op, "value": value, **more}


def rule(condition, *, code="CL-R1", effect=Effect.HUMAN_REVIEW, severity=2, lock=True, trigger="adverse"):
    return Rule(code, "Adverse outcomes", condition, effect, severity, trigger, legal_lock=lock)


def ruleset(*rules, schema=CLAIMS):
    return RuleSetTerms(1, rules, schema)


ADVERSE = leaf("outcome", "in", ["deny", "partial", "terminate"])
RESERVE = leaf("reserve", ">=", "10000")
PATHS = {"adverse", "money"}


def test_lint_is_content_with_a_sound_set():
    sound = ruleset(rule(ADVERSE), rule(RESERVE, code="CL-R2", trigger="money", lock=False))

    assert lint(sound, paths=PATHS, adverse={"outcome": OUTCOMES[1:]}) == []


FAULTS = [
    ("_case no path", rule(ADVERSE, trigger="fraud"), "no_path"),
    ("_case no trigger class", rule(ADVERSE, trigger=""), "no_trigger_class"),
    ("_case a severity nobody knows", rule(ADVERSE, severity=0), "severity"),
    ("_case an effect nobody knows", rule(ADVERSE, effect="shrug"), "effect"),
    ("_case a condition that cannot be read", rule(leaf("colour", "==", "red")), "condition"),
]


@pytest.mark.parametrize(("_case", "faulty", "code"), FAULTS, ids=[row[0] for row in FAULTS])
def test_lint_finds(_case, faulty, code):
    problems = lint(ruleset(faulty), paths=PATHS)

    assert [(problem.code, problem.rule) for problem in problems] == [(code, "CL-R1")]
    assert "CL-R1" in problems[0].sentence


def test_lint_bounds_the_sums_over_time_that_are_kept_up_with_each_interaction():
    """Two fields over the same hours are two sums; the same sum asked for again costs nothing."""

    def asked(*hours):
        leaves = [
            leaf(field, ">=", "1", window_hours=one)
            for one in hours
            for field in ("subject_total", "subject_count")
        ]
        rules = [rule(one, code=f"R{place}", lock=False) for place, one in enumerate([*leaves, *leaves])]
        return [problem.code for problem in lint(ruleset(*rules, schema=SCHEMA), paths=PATHS)]

    assert asked(*range(1, 11)) == []
    assert asked(*range(1, 12)) == ["too_many_windows"]


def test_lint_finds_a_rule_given_twice():
    assert [problem.code for problem in lint(ruleset(rule(ADVERSE), rule(ADVERSE)), paths=PATHS)] == [
        "rule_twice"
    ]


ANSWERS = [
    ("_case listed", ADVERSE, True),
    ("_case listed among alternatives", {"any": [RESERVE, ADVERSE]}, True),
    ("_case whatever is adverse", leaf("adverse", "is", True), True),
    ("_case anything but payment", {"not": leaf("outcome", "==", "pay")}, True),
    ("_case only with a large reserve", {"all": [ADVERSE, RESERVE]}, False),
    ("_case of something else", RESERVE, False),
    ("_case unreadable", leaf("colour", "==", "red"), False),
]


@pytest.mark.parametrize(("_case", "condition", "answered"), ANSWERS, ids=[row[0] for row in ANSWERS])
@pytest.mark.parametrize("lock", [True, False])
def test_lint_refuses_to_answer_an_adverse_outcome_with_less_than_a_person(_case, condition, answered, lock):
    """B6: the rule at fault is named. Where no rule speaks of it, routing sends it to a person all the same."""
    sampled = ruleset(rule(condition, effect=Effect.SAMPLE_BOOST, lock=lock))

    problems = lint(sampled, paths=PATHS, adverse={"outcome": ["deny"]})

    released = [problem for problem in problems if problem.code == "adverse_released"]
    assert [problem.rule for problem in released] == (["CL-R1"] if answered else [])
    assert all("“deny”" in problem.sentence for problem in released)


def test_lint_is_content_where_another_rule_sends_the_outcome_to_a_person():
    both = ruleset(rule(ADVERSE, effect=Effect.SAMPLE_BOOST), rule(ADVERSE, code="CL-R2"))

    assert lint(both, paths=PATHS, adverse={"outcome": OUTCOMES[1:]}) == []


BAND = leaf("variance", "outside_band", {"percent": "2", "absolute": "250"})
CHANGES = [
    ("_case the same", RESERVE, RESERVE, True),
    ("_case a lower limit", RESERVE, leaf("reserve", ">=", "9999.99"), True),
    ("_case a higher limit", RESERVE, leaf("reserve", ">=", "10000.01"), False),
    ("_case another op", RESERVE, leaf("reserve", ">", "1"), False),
    ("_case at most, raised", leaf("reserve", "<=", "5"), leaf("reserve", "<=", "6"), True),
    ("_case below, lowered", leaf("reserve", "<", "5"), leaf("reserve", "<", "4"), False),
    ("_case another field", RESERVE, ADVERSE, False),
    ("_case one outcome more", ADVERSE, leaf("outcome", "in", list(OUTCOMES)), True),
    ("_case one outcome less", ADVERSE, leaf("outcome", "in", ["deny", "partial"]), False),
    (
        "_case fewer exceptions",
        leaf("outcome", "not_in", ["pay", "deny"]),
        leaf("outcome", "not_in", ["pay"]),
        True,
    ),
    ("_case a shorter word", leaf("subject", "contains", "Legal"), leaf("subject", "contains", "leg"), True),
    ("_case a longer word", leaf("subject", "contains", "leg"), leaf("subject", "contains", "legal"), False),
    (
        "_case fewer classes needed",
        leaf("classes", "has_all", ["a", "b"]),
        leaf("classes", "has_all", ["a"]),
        True,
    ),
    (
        "_case a narrower band",
        BAND,
        leaf("variance", "outside_band", {"percent": "1", "absolute": "250"}),
        True,
    ),
    (
        "_case a wider band",
        BAND,
        leaf("variance", "outside_band", {"percent": "1", "absolute": "251"}),
        False,
    ),
    ("_case one more alternative", ADVERSE, {"any": [RESERVE, ADVERSE]}, True),
    ("_case one alternative less", {"any": [RESERVE, ADVERSE]}, ADVERSE, False),
    ("_case one more demand", ADVERSE, {"all": [RESERVE, ADVERSE]}, False),
    ("_case one demand less", {"all": [RESERVE, ADVERSE]}, ADVERSE, True),
    ("_case a narrower exception", {"not": RESERVE}, {"not": leaf("reserve", ">=", "20000")}, True),
    ("_case a wider exception", {"not": RESERVE}, {"not": leaf("reserve", ">=", "1")}, False),
    ("_case other spelling of equal", leaf("reserve", "==", "5"), leaf("reserve", "==", "5.0"), False),
]


@pytest.mark.parametrize(("_case", "before", "after", "kept"), CHANGES, ids=[row[0] for row in CHANGES])
def test_lock_broken_lets_a_condition_only_widen(_case, before, after, kept):
    problems = lock_broken(ruleset(rule(before)), ruleset(rule(after)))

    assert (problems == []) is kept


LOOSENED = [
    ("_case left out", None, CLAIMS, "left out"),
    ("_case unlocked", rule(ADVERSE, lock=False), CLAIMS, "lock"),
    ("_case a weaker effect", rule(ADVERSE, effect=Effect.SAMPLE_BOOST), CLAIMS, "effect"),
    ("_case a lower severity", rule(ADVERSE, severity=3), CLAIMS, "severity"),
    ("_case unreadable", rule(leaf("colour", "==", "red")), CLAIMS, "cannot be read"),
    (
        "_case a field made optional",
        rule(ADVERSE),
        CLAIMS | {"outcome": Field("outcome", "outcome", "choice", choices=OUTCOMES, optional=True)},
        "fields",
    ),
]


@pytest.mark.parametrize(
    ("_case", "successor", "schema", "words"), LOOSENED, ids=[row[0] for row in LOOSENED]
)
def test_lock_broken_names_what_was_loosened(_case, successor, schema, words):
    new = ruleset(*([successor] if successor else []), schema=schema)

    problems = lock_broken(ruleset(rule(ADVERSE)), new)

    assert [(problem.code, problem.rule) for problem in problems] == [("lock_broken", "CL-R1")]
    assert words in problems[0].sentence


EFFECTS = [
    ("_case a senior instead of a reviewer", Effect.HUMAN_REVIEW, Effect.SENIOR_ONLY, True),
    ("_case a senior instead of two reviewers", Effect.SECOND_REVIEW, Effect.SENIOR_ONLY, False),
    ("_case a block instead of two reviewers", Effect.SECOND_REVIEW, Effect.BLOCK, True),
    ("_case the client instead of a block", Effect.BLOCK, Effect.CLIENT_FINAL, False),
    ("_case a senior instead of the client", Effect.CLIENT_FINAL, Effect.SENIOR_ONLY, False),
]


@pytest.mark.parametrize(("_case", "before", "after", "kept"), EFFECTS, ids=[row[0] for row in EFFECTS])
def test_lock_broken_weighs_effects(_case, before, after, kept):
    problems = lock_broken(ruleset(rule(ADVERSE, effect=before)), ruleset(rule(ADVERSE, effect=after)))

    assert (problems == []) is kept


def test_lock_broken_leaves_unlocked_rules_alone():
    assert lock_broken(ruleset(rule(RESERVE, lock=False)), ruleset()) == []


@given(before=trees, data=st.data(), facts=some_known)
def test_what_lock_broken_lets_pass_still_fires(before, data, facts):
    other = data.draw(trees)
    after = data.draw(
        st.sampled_from([{"any": [other, before]}, {"all": [other, before]}, other, {"not": other}])
    )
    old, new = (ruleset(rule(tree), schema=SCHEMA) for tree in (before, after))

    if not lock_broken(old, new):
        was, now = (conditions.compile(tree, SCHEMA).evaluate(facts).truth for tree in (before, after))
        assert was is not Truth.TRUE or now is Truth.TRUE
        assert was is not Truth.UNKNOWN or now is not Truth.FALSE
