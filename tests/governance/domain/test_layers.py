"""The three layers of governance (L9): a checklist of three by n with its gaps, told from facts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from contracts.domain.clause_gaps import ClauseText, assess
from contracts.domain.clause_templates import TEMPLATES
from contracts.enums import Party, Role
from governance.domain import layers
from governance.domain.layers import Facts, Found, Layer, Subject

STRONG = {
    one.template.id: one for one in assess(ClauseText("1", t.title, t.wording, t.id) for t in TEMPLATES)
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
    safe_state="Everything waits for people",
    halt_holders=2,
    halt_covered=True,
    fraction=Decimal("0.075"),
    auditors=2,
    service_levels=1,
    signers=[Party.CLIENT, Party.PROVIDER],
    notice_terms=True,
    deciders=[Party.CLIENT, Party.PROVIDER],
    data_flow=1,
    attributes=True,
    audited=True,
    vendors=2,
)
CONTRACTUAL, PROCESS, ORGANISATIONAL = Layer


def artefact(facts, subject, layer):
    return next(dict(row.layers)[layer] for row in layers.rows(facts) if row.subject is subject)


def test_l9_every_clause_template_is_asked_for_once():
    asked = [template for templates in layers.CLAUSES.values() for template in templates]

    assert sorted(asked) == sorted(template.id for template in TEMPLATES)
    assert set(layers.CLAUSES) == set(Subject)


def test_l9_where_everything_is_there_nothing_is_missing():
    rows = layers.rows(WHOLE)

    assert [row.subject for row in rows] == list(Subject)
    assert layers.gaps(rows) == []
    assert layers.counts(rows) == dict.fromkeys(Layer, (len(Subject), len(Subject)))


def test_l9_where_nothing_is_there_all_is_a_gap_but_what_is_not_asked():
    rows = layers.rows(Facts())
    gaps = layers.gaps(rows)

    assert {layer: sum(gap[1] is layer for gap in gaps) for layer in Layer} == {
        CONTRACTUAL: 13,
        # Without a vendor nobody asks for the answers of vendors; which periods and payers are missing comes in as a list.
        PROCESS: 10,
        ORGANISATIONAL: 10,
    }
    assert layers.counts(rows) == {
        CONTRACTUAL: (0, 13),
        PROCESS: (2, 12),
        ORGANISATIONAL: (2, 12),
    }


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
        ({"missing_stakes": ["Infosec"]}, Subject.DECISIONS, ORGANISATIONAL, Found.PARTIAL, "Infosec"),
        (
            {"people": {Role.TEAM_LEAD: 1}},
            Subject.OVERSIGHT,
            ORGANISATIONAL,
            Found.PARTIAL,
            "Nobody reviews.",
        ),
        ({"drill_overdue": True}, Subject.ESCALATION, ORGANISATIONAL, Found.PARTIAL, "overdue"),
        ({"drilled": False}, Subject.ESCALATION, ORGANISATIONAL, Found.MISSING, "Nobody has ever tried"),
        ({"halt_holders": 1}, Subject.HALT, ORGANISATIONAL, Found.PARTIAL, "Fewer than two"),
        ({"halt_covered": False}, Subject.HALT, ORGANISATIONAL, Found.PARTIAL, "hours nobody covers"),
        ({"safe_state": ""}, Subject.HALT, PROCESS, Found.MISSING, "Nobody has said"),
        ({"fraction": None}, Subject.QUALITY, PROCESS, Found.MISSING, "no sampling plan"),
        ({"auditors": 1}, Subject.QUALITY, ORGANISATIONAL, Found.PARTIAL, "nothing can be scored twice"),
        ({"auditors": 0}, Subject.QUALITY, ORGANISATIONAL, Found.MISSING, "Nobody audits"),
        ({"signers": [Party.CLIENT]}, Subject.PERFORMANCE, ORGANISATIONAL, Found.PARTIAL, "at the provider"),
        ({"deciders": []}, Subject.CHANGES, ORGANISATIONAL, Found.MISSING, "at the client"),
        ({"flow_violations": 2}, Subject.DATA, PROCESS, Found.PARTIAL, "breaks 2"),
        ({"data_flow": None}, Subject.DATA, PROCESS, Found.MISSING, "No diagram"),
        ({"uncertified": ["Vega"]}, Subject.DATA, ORGANISATIONAL, Found.PARTIAL, "Vega"),
        ({"unset_periods": ["texts"]}, Subject.RECORDS, PROCESS, Found.PARTIAL, "texts"),
        ({"layers_without_payer": ["defect"]}, Subject.LIABILITY, PROCESS, Found.PARTIAL, "defect"),
        ({"audited": False}, Subject.FAIRNESS, PROCESS, Found.PARTIAL, "No audit"),
        ({"unassessed": ["Vega"]}, Subject.VENDORS, PROCESS, Found.PARTIAL, "Vega"),
        ({"unassessed": ["Vega", "Lyra"]}, Subject.VENDORS, PROCESS, Found.MISSING, "Vega, Lyra"),
        ({"vendors": 0}, Subject.VENDORS, ORGANISATIONAL, Found.NOT_ASKED, "No AI vendor"),
    ],
)
def test_l9_one_thing_less_is_said_in_its_own_cell_alone(changes, subject, layer, found, said):
    facts = replace(WHOLE, **changes)
    told = artefact(facts, subject, layer)

    assert (told.found, said in told.sentence) == (found, True)
    elsewhere = [gap for gap in layers.gaps(layers.rows(facts)) if gap[:2] != (subject, layer)]
    assert changes.keys() == {"people"} or elsewhere == []


def test_l9_a_subject_with_two_clauses_is_there_in_part_while_one_is_weak():
    weak = {
        one.template.id: one for one in assess([ClauseText("1", "Changes", "A change.", "change_notice")])
    }
    changes = STRONG | {"change_notice": weak["change_notice"]}

    assert layers.contractual(Subject.CHANGES, changes).found is Found.PARTIAL
    assert layers.contractual(Subject.CHANGES, STRONG).found is Found.PRESENT
    assert layers.contractual(Subject.VENDORS, weak).found is Found.MISSING
    assert layers.contractual(Subject.CHANGES, {}).sentence == "No contract is in force."


def test_l9_what_is_missing_comes_before_what_is_there_in_part():
    found = layers.rows(replace(WHOLE, halt_holders=1, notice_terms=False))

    assert [(gap[0], gap[2].found) for gap in layers.gaps(found)] == [
        (Subject.CHANGES, Found.MISSING),
        (Subject.HALT, Found.PARTIAL),
    ]
