"""The three layers of governance (L9): a checklist of three by n with its gaps, told from facts."""

from dataclasses import replace

import pytest

from contracts.domain.clause_gaps import ClauseText, assess
from contracts.domain.clause_templates import TEMPLATES
from contracts.enums import Party, Role
from governance.domain import layer_facts, layers
from governance.domain.layer_facts import Facts, Lacking, Said
from governance.domain.layers import Found, Layer, Subject

STRONG = {
    one.template.id: Said("CT-1", one)
    for one in assess(ClauseText(str(n), t.title, t.wording, t.id) for n, t in enumerate(TEMPLATES, start=1))
}
WHOLE = Facts(
    clauses=STRONG,
    people=dict.fromkeys(Role, 2),
    steps=2,
    raci=1,
    finals=1,
    rules=3,
    paths=1,
    drilled=True,
    drill_answered=True,
    safe_state="Everything waits for people",
    halt_holders=2,
    halt_covered=True,
    sampled=True,
    auditors=2,
    service_levels=1,
    notice_terms=True,
    deciders=[Party.CLIENT, Party.PROVIDER],
    data_flow=1,
    unaudited=Lacking([], 2),
    vendors=2,
)
CONTRACTUAL, PROCESS, ORGANISATIONAL = Layer


def artefact(facts, subject, layer):
    return next(dict(row.layers)[layer] for row in layer_facts.rows(facts) if row.subject is subject)


def test_l9_every_clause_template_is_asked_for_once():
    asked = [template for templates in layers.CLAUSES.values() for template in templates]

    assert sorted(asked) == sorted(template.id for template in TEMPLATES)
    assert set(layers.CLAUSES) == set(Subject)


def test_l9_where_everything_is_there_nothing_is_missing():
    rows = layer_facts.rows(WHOLE)

    assert [row.subject for row in rows] == list(Subject)
    assert layers.gaps(rows) == []
    assert layers.counts(rows) == dict.fromkeys(Layer, (len(Subject), len(Subject)))


def test_l9_where_nothing_is_there_all_is_missing_but_what_is_not_asked():
    nothing = Facts(
        unnamed=Lacking(["Owner"], 1),
        unset_periods=Lacking(["Texts", "Values"], 2),
        unpaid=Lacking(["Defect"], 1),
        uncertified=Lacking(["Provider"], 1),
    )
    rows = layer_facts.rows(nothing)

    # Without a vendor nobody asks for the answers of vendors, nor who supervises them.
    assert {gap[2].found for gap in layers.gaps(rows)} == {Found.MISSING}
    assert layers.counts(rows) == {
        CONTRACTUAL: (0, 13),
        PROCESS: (0, 12),
        ORGANISATIONAL: (0, 12),
    }


@pytest.mark.parametrize("deciders, found", [([Party.CLIENT], Found.PARTIAL), ([], Found.MISSING)])
def test_l9_who_may_not_decide_accepts_nothing_and_decides_on_no_change(deciders, found):
    facts = replace(WHOLE, deciders=deciders)

    for subject in (Subject.PERFORMANCE, Subject.CHANGES):
        told = artefact(facts, subject, ORGANISATIONAL)
        assert (told.found, "Nobody at the provider" in told.sentence) == (found, True)
    assert len(layers.gaps(layer_facts.rows(facts))) == 2


@pytest.mark.parametrize(
    "changes, subject, layer, found, said",
    [
        ({"unmapped": ["pay"]}, Subject.AI_USE, PROCESS, Found.PARTIAL, "Not mapped: pay."),
        ({"unsigned": ["pay"]}, Subject.AI_USE, PROCESS, Found.PARTIAL, "Not signed by the client: pay."),
        (
            {"unmapped": ["pay"], "unsigned": ["post"]},
            Subject.AI_USE,
            PROCESS,
            Found.MISSING,
            "Not mapped: pay.",
        ),
        ({"undecided": ["pay", "post"]}, Subject.AI_USE, ORGANISATIONAL, Found.MISSING, "pay, post"),
        ({"raci": None}, Subject.DECISIONS, PROCESS, Found.PARTIAL, "No RACI"),
        ({"raci": None, "finals": 0}, Subject.DECISIONS, PROCESS, Found.MISSING, "No final decision-maker"),
        ({"unnamed": Lacking(["Infosec"], 6)}, Subject.DECISIONS, ORGANISATIONAL, Found.PARTIAL, "Infosec"),
        (
            {"people": {Role.TEAM_LEAD: 1}},
            Subject.OVERSIGHT,
            ORGANISATIONAL,
            Found.PARTIAL,
            "Nobody reviews.",
        ),
        ({"drill_overdue": True}, Subject.ESCALATION, ORGANISATIONAL, Found.PARTIAL, "overdue"),
        ({"drilled": False}, Subject.ESCALATION, ORGANISATIONAL, Found.MISSING, "Nobody has ever tried"),
        ({"halt_holders": 1}, Subject.HALT, ORGANISATIONAL, Found.PARTIAL, "Fewer than 2"),
        ({"halt_covered": False}, Subject.HALT, ORGANISATIONAL, Found.PARTIAL, "hours nobody covers"),
        ({"safe_state": ""}, Subject.HALT, PROCESS, Found.MISSING, "Nobody has said"),
        ({"sampled": False}, Subject.QUALITY, PROCESS, Found.MISSING, "no sampling plan"),
        ({"auditors": 1}, Subject.QUALITY, ORGANISATIONAL, Found.PARTIAL, "nothing can be scored twice"),
        ({"auditors": 0}, Subject.QUALITY, ORGANISATIONAL, Found.MISSING, "Nobody audits"),
        ({"drill_answered": False}, Subject.ESCALATION, ORGANISATIONAL, Found.PARTIAL, "Nobody answered"),
        ({"flow_violations": 2}, Subject.DATA, PROCESS, Found.PARTIAL, "2 ×"),
        ({"data_flow": None}, Subject.DATA, PROCESS, Found.MISSING, "No diagram"),
        ({"uncertified": Lacking(["Vega"], 3)}, Subject.DATA, ORGANISATIONAL, Found.PARTIAL, "Vega"),
        ({"unset_periods": Lacking(["texts"], 2)}, Subject.RECORDS, PROCESS, Found.PARTIAL, "texts"),
        ({"unpaid": Lacking(["defect"], 5)}, Subject.LIABILITY, PROCESS, Found.PARTIAL, "defect"),
        ({"unaudited": Lacking(["age"], 2)}, Subject.FAIRNESS, PROCESS, Found.PARTIAL, "age"),
        ({"unaudited": Lacking()}, Subject.FAIRNESS, PROCESS, Found.MISSING, "supplied no groups"),
        ({"unassessed": Lacking(["Vega"], 2)}, Subject.VENDORS, PROCESS, Found.PARTIAL, "Vega"),
        ({"unassessed": Lacking(["Vega", "Lyra"], 2)}, Subject.VENDORS, PROCESS, Found.MISSING, "Vega, Lyra"),
        ({"vendors": 0}, Subject.VENDORS, ORGANISATIONAL, Found.NOT_ASKED, "No AI vendor"),
    ],
)
def test_l9_one_thing_less_is_said_in_its_own_cell_alone(changes, subject, layer, found, said):
    facts = replace(WHOLE, **changes)
    told = artefact(facts, subject, layer)

    assert (told.found, said in told.sentence) == (found, True)
    elsewhere = [gap for gap in layers.gaps(layer_facts.rows(facts)) if gap[:2] != (subject, layer)]
    assert changes.keys() == {"people"} or elsewhere == []


def test_l9_a_subject_with_two_clauses_is_there_in_part_while_one_is_weak():
    found = assess([ClauseText("1", "Changes", "A change.", "change_notice")])
    weak = {one.template.id: Said("CT-2", one) for one in found}
    told = layer_facts.contractual(Subject.CHANGES, STRONG | {"change_notice": weak["change_notice"]})

    assert told.found is Found.PARTIAL
    assert "(CT-2): Clause 1 does not say" in told.sentence
    assert layer_facts.contractual(Subject.CHANGES, STRONG).found is Found.PRESENT
    assert layer_facts.contractual(Subject.VENDORS, weak).found is Found.MISSING
    assert layer_facts.contractual(Subject.CHANGES, {}).sentence == "No contract is in force."


def test_l9_what_is_missing_comes_before_what_is_there_in_part():
    found = layer_facts.rows(replace(WHOLE, halt_holders=1, notice_terms=False))

    assert [(gap[0], gap[2].found) for gap in layers.gaps(found)] == [
        (Subject.CHANGES, Found.MISSING),
        (Subject.HALT, Found.PARTIAL),
    ]
