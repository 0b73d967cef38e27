"""Routing: the golden cases of B1–B9, every way to fail ends with a person, and replays give the same route."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.facts import Facts
from reviews.domain.routing import Effect, Reason, Rule, RuleSetTerms, StepTerms, replay, route
from tests.reviews.domain.trees import SCHEMA, trees, wild_facts

D1, D2, D3 = (StepTerms(category, code="approve") for category in ("D1", "D2", "D3"))


def leaf(field, op, value, **more):
    return {"field": field, "op": op, "value": value, **more}


def rule(code, condition, effect=Effect.HUMAN_REVIEW, severity=3, **more):
    return Rule(code, f"Rule {code}", condition, effect, severity, trigger_class="money", **more)


AMOUNT = rule("AP-R1", leaf("amount", ">=", "5000"))
FOUR_EYES = rule("AP-R2", leaf("amount", ">=", "25000"), Effect.SECOND_REVIEW, severity=2)
CLIENT = rule("AP-R3", leaf("amount", ">=", "100000"), Effect.CLIENT_FINAL, severity=2)
SPLIT = rule("AP-R4", leaf("subject_total", ">=", "5000", window_hours=24))
SENIOR = rule("AP-R5", leaf("new_supplier", "is", True), Effect.SENIOR_ONLY)
SANCTIONED = rule("AP-R6", leaf("country", "==", "PH"), Effect.BLOCK, severity=1)
BAND = rule("AP-R7", leaf("variance", "outside_band", {"percent": "2", "absolute": "250"}))
BOOST = rule("AP-R8", leaf("supplier_age", "<=", "90"), Effect.SAMPLE_BOOST)
RULES = RuleSetTerms(3, (AMOUNT, FOUR_EYES, CLIENT, SPLIT, SENIOR, SANCTIONED, BAND, BOOST), SCHEMA)

ORDINARY = {
    "amount": Decimal("120.00"),
    "confidence": Decimal("0.97"),
    "adverse": False,
    "subject_total": {24: Decimal("120.00")},
    "new_supplier": False,
    "country": "DE",
    "variance": {"percent": Decimal(0), "absolute": Decimal(0)},
    "supplier_age": 400,
}


def facts(*problems, without=(), **changed):
    values = {name: fact for name, fact in (ORDINARY | changed).items() if name not in without}
    return Facts(values, problems)


def test_route_releases_an_ordinary_case():
    taken = route(step=D1, ruleset=RULES, facts=facts())

    assert (taken.disposition, taken.reasons, taken.fired, taken.failsafe) == ("auto_release", (), (), False)
    assert (taken.queue, taken.needs_second, taken.boosted, taken.severity) == ("review", False, False, 4)


def test_route_says_why_in_words():
    taken = route(step=D1, ruleset=RULES, facts=facts(amount=Decimal("5000.00")))

    assert taken.disposition == "review"
    assert taken.reasons == (Reason("RULE_HUMAN_REVIEW", "Amount ≥ €5,000 (rule AP-R1 v3)", "AP-R1"),)
    assert taken.fired[0].matched == ("",)
    assert taken.fired[0].version == 3


GOLDEN = [
    ("_case B2 a cent below", {"amount": Decimal("4999.99")}, []),
    ("_case B2 the limit", {"amount": Decimal("5000.00")}, ["AP-R1"]),
    ("_case B2 the third invoice of 2,000 in a day", {"subject_total": {24: Decimal(6000)}}, ["AP-R4"]),
    ("_case B7 1.9 % and 240", {"variance": {"percent": Decimal("1.9"), "absolute": Decimal(240)}}, []),
    (
        "_case B7 1.9 % and 260",
        {"variance": {"percent": Decimal("1.9"), "absolute": Decimal(260)}},
        ["AP-R7"],
    ),
    (
        "_case all rules are asked",
        {"amount": 100_000, "new_supplier": True},
        ["AP-R1", "AP-R2", "AP-R3", "AP-R5"],
    ),
]


@pytest.mark.parametrize(("_case", "changed", "codes"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_route_fires(_case, changed, codes):
    taken = route(step=D1, ruleset=RULES, facts=facts(**changed))

    assert [fired.code for fired in taken.fired] == codes
    assert taken.disposition == ("review" if codes else "auto_release")
    assert not taken.failsafe


DEMANDS = [
    ("_case four eyes", {"amount": 25_000}, ("review", "review", True, 2)),
    ("_case the client", {"amount": 100_000}, ("review", "client", True, 2)),
    ("_case a senior", {"new_supplier": True}, ("review", "senior", False, 3)),
    (
        "_case the client before a senior",
        {"new_supplier": True, "amount": 100_000},
        ("review", "client", True, 2),
    ),
    ("_case a block", {"country": "PH"}, ("quarantine", "review", False, 1)),
    ("_case a block beats a review", {"country": "PH", "amount": 5000}, ("quarantine", "review", False, 1)),
]


@pytest.mark.parametrize(("_case", "changed", "demanded"), DEMANDS, ids=[row[0] for row in DEMANDS])
def test_route_takes_the_most_demanding_effect(_case, changed, demanded):
    taken = route(step=D1, ruleset=RULES, facts=facts(**changed))

    assert (taken.disposition, taken.queue, taken.needs_second, taken.severity) == demanded


def test_route_boosts_the_sample_without_stopping_the_case():
    taken = route(step=D1, ruleset=RULES, facts=facts(supplier_age=30))

    assert (taken.disposition, taken.boosted) == ("auto_release", True)
    assert [reason.code for reason in taken.reasons] == ["RULE_SAMPLE_BOOST"]


FLOORS = [
    ("_case a D2 step", D2, {}, "STEP_D2", False),
    ("_case a D3 step", D3, {}, "STEP_D3", False),
    ("_case B4 no confidence", D1, {"confidence": None}, "CONFIDENCE_MISSING", False),
    ("_case B6 an adverse outcome", D1, {"adverse": True}, "ADVERSE", False),
    ("_case nobody said whether it is adverse", D1, {"adverse": None}, "FAILSAFE", True),
    ("_case adverse is not a yes or no", D1, {"adverse": "no"}, "FAILSAFE", True),
    ("_case an unknown category", StepTerms("D4"), {}, "FAILSAFE", True),
    ("_case a float among the facts", D1, {"discount": 0.1}, "FAILSAFE", True),
    ("_case an undeclared country", D1, {"country": "KP"}, "FAILSAFE", True),
]


@pytest.mark.parametrize(
    ("_case", "step", "changed", "code", "failsafe"), FLOORS, ids=[row[0] for row in FLOORS]
)
def test_route_keeps_for_a_person(_case, step, changed, code, failsafe):
    taken = route(step=step, ruleset=RULES, facts=facts(**changed))

    assert taken.disposition == "review"
    assert code in [reason.code for reason in taken.reasons]
    assert taken.failsafe is failsafe


@pytest.mark.parametrize(
    "problem", ["FX_STALE", "MODEL_UNKNOWN", "MODEL_UNAPPROVED", "FACTS_ERROR", "SOMETHING_NEW"]
)
def test_route_fails_safe_when_finding_the_facts_went_wrong(problem):
    taken = route(step=D1, ruleset=RULES, facts=facts(problem))

    assert (taken.disposition, taken.failsafe) == ("review", True)
    assert [(reason.code, reason.detail) for reason in taken.reasons] == [("FAILSAFE", problem)]
    assert taken.reasons[0].sentence


def test_route_fails_safe_without_rules():
    taken = route(step=D1, ruleset=None, facts=facts())

    assert (taken.disposition, taken.failsafe) == ("review", True)
    assert taken.reasons[0].detail == "NO_RULES"


def test_route_fails_safe_on_a_rule_it_cannot_answer_and_names_it():
    taken = route(step=D1, ruleset=RULES, facts=facts(without=["variance"]))

    assert (taken.disposition, taken.failsafe, taken.fired) == ("review", True, ())
    assert taken.reasons == (Reason("FAILSAFE", "Variance could not be judged (rule AP-R7 v3)", "AP-R7"),)


def test_route_gives_an_unanswered_rule_no_less_than_a_senior_and_a_second_pair_of_eyes():
    taken = route(step=D1, ruleset=RULES, facts=facts(without=["amount"]))

    assert (taken.disposition, taken.queue, taken.needs_second) == ("review", "senior", True)


BROKEN = [
    ("_case an unknown field", rule("X", leaf("colour", "==", "red"))),
    ("_case no condition", rule("X", None)),
    ("_case an unknown effect", rule("X", leaf("amount", ">=", "5000"), "shrug")),
    ("_case an effect that is no text", rule("X", leaf("amount", ">=", "5000"), ["human_review"])),
]


@pytest.mark.parametrize(("_case", "broken"), BROKEN, ids=[row[0] for row in BROKEN])
def test_route_fails_safe_on_a_broken_rule_and_still_asks_the_others(_case, broken):
    taken = route(step=D1, ruleset=RuleSetTerms(4, (broken, SANCTIONED), SCHEMA), facts=facts())

    assert (taken.disposition, taken.failsafe) == ("review", True)
    assert taken.reasons[0].code == "FAILSAFE"


def test_route_still_blocks_when_another_rule_is_broken():
    ruleset = RuleSetTerms(4, (rule("X", None), SANCTIONED), SCHEMA)

    taken = route(step=D1, ruleset=ruleset, facts=facts(country="PH"))

    assert (taken.disposition, taken.failsafe) == ("quarantine", True)


class Hostile(dict):
    def get(self, *_):
        raise RuntimeError("boom")

    items = values = get


HOPELESS = [
    ("_case no facts at all", D1, RULES, None),
    ("_case facts that are no mapping", D1, RULES, Facts(7)),
    ("_case facts that raise", D1, RULES, Facts(Hostile(amount=1))),
    ("_case a fact that raises", D1, RULES, Facts({"subject_total": Hostile(a=1)})),
    ("_case no step", None, RULES, facts()),
    ("_case a rule set that is none", D1, object(), facts()),
]


@pytest.mark.parametrize(
    ("_case", "step", "ruleset", "given_facts"), HOPELESS, ids=[row[0] for row in HOPELESS]
)
def test_route_never_raises(_case, step, ruleset, given_facts):
    taken = route(step=step, ruleset=ruleset, facts=given_facts)

    assert (taken.disposition, taken.failsafe) == ("review", True)
    assert replay(json.loads(json.dumps(taken.snapshot)), ruleset, step) == taken


def test_route_tells_only_the_alternatives_that_held():
    either = {
        "any": [leaf("new_supplier", "is", True), leaf("country", "==", "FR"), leaf("amount", ">", "100")]
    }

    taken = route(step=D1, ruleset=RuleSetTerms(1, (rule("X", either),), SCHEMA), facts=facts(country="FR"))

    assert taken.fired[0].sentence == "Country = FR or amount > €100 (rule X v1)"
    assert taken.fired[0].matched == ("/any/1", "/any/2")


def test_snapshot_is_plain_json():
    taken = route(step=D2, ruleset=RULES, facts=facts("FX_STALE", data_classes=["minors", "health"]))

    assert taken.snapshot["facts"]["amount"] == "120.00"
    assert taken.snapshot["facts"]["subject_total"] == {"24": "120.00"}
    assert taken.snapshot["facts"]["data_classes"] == ["health", "minors"]
    assert taken.snapshot["problems"] == ["FX_STALE"]
    assert taken.snapshot["ruleset_version"] == "3"
    assert taken.snapshot["step"] == {"category": "D2", "code": "approve"}


some_rules = st.lists(
    st.builds(
        rule,
        st.sampled_from(["R1", "R2", "R3", "R4"]),
        trees,
        st.sampled_from(Effect),
        st.integers(1, 4),
    ),
    max_size=4,
).map(lambda rules: RuleSetTerms(5, tuple(rules), SCHEMA))
some_facts = st.builds(
    lambda values, more, problems: Facts(values | more, problems),
    wild_facts,
    st.fixed_dictionaries({}, optional={"adverse": st.booleans(), "confidence": st.decimals(0, 1, places=2)}),
    st.lists(st.sampled_from(["FX_STALE", "MODEL_UNKNOWN"]), max_size=2).map(tuple),
)
some_steps = st.sampled_from([D1, D2, D3])


@given(step=some_steps, ruleset=st.one_of(st.none(), some_rules), facts=some_facts)
def test_replay_gives_the_same_route(step, ruleset, facts):
    taken = route(step=step, ruleset=ruleset, facts=facts)

    stored = json.loads(json.dumps(taken.snapshot, allow_nan=False))

    assert replay(stored, ruleset, step) == taken


@given(step=some_steps, ruleset=some_rules, facts=some_facts)
def test_route_releases_only_what_nothing_speaks_against(step, ruleset, facts):
    taken = route(step=step, ruleset=ruleset, facts=facts)

    assert taken.disposition in {"auto_release", "review", "quarantine"}
    if taken.disposition == "auto_release":
        assert step is D1
        assert facts.values["adverse"] is False
        assert facts.values["confidence"] is not None
        assert {fired.effect for fired in taken.fired} <= {Effect.SAMPLE_BOOST}
        assert not taken.failsafe
        assert not facts.problems
    else:
        assert taken.reasons


@given(ruleset=some_rules, extra=trees, facts=some_facts)
def test_another_rule_never_lowers_a_route(ruleset, extra, facts):
    more = RuleSetTerms(6, (*ruleset.rules, rule("R9", extra)), SCHEMA)
    rank = ["auto_release", "review", "quarantine"].index

    fewer_taken, more_taken = (route(step=D1, ruleset=terms, facts=facts) for terms in (ruleset, more))

    assert rank(more_taken.disposition) >= rank(fewer_taken.disposition)


def test_windows_are_those_of_all_sound_rules():
    other = rule("X", leaf("subject_count", ">", "3", window_hours=1))

    assert RuleSetTerms(1, (SPLIT, other, rule("Y", None)), SCHEMA).windows() == {
        ("subject_total", 24),
        ("subject_count", 1),
    }
    assert RuleSetTerms(1, (), SCHEMA).windows() == frozenset()
