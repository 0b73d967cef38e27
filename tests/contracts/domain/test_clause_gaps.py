"""L1: fifteen clauses that contracts from before AI do not have, found by their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import clause_gaps
from contracts.domain.clause_gaps import ClauseText, Standing
from contracts.domain.clause_templates import BY_ID, TEMPLATES

LEGACY = [
    ClauseText("1", "Services", "The provider enters and checks the client’s invoices by hand."),
    ClauseText(
        "2", "Fees", "The client pays for each full-time employee and hour worked, and a price per invoice."
    ),
    ClauseText(
        "3", "Changes", "The provider gives 30 days’ notice before it changes its prices or premises."
    ),
    ClauseText("4", "Staff", "Staff of the provider are trained in data protection once a year."),
    ClauseText(
        "5", "Liability", "Each party is liable for damage by gross negligence, up to the fees of a year."
    ),
    ClauseText("6", "Confidentiality", "Both parties keep secret what they learn of each other."),
    ClauseText("7", "Termination", "On termination of this contract the provider returns the client’s data."),
]


def standing(findings, template):
    return next(finding for finding in findings if finding.template.id == template)


def test_there_are_fifteen_templates_each_complete() -> None:
    assert len(TEMPLATES) == len(BY_ID) == 15
    for template in TEMPLATES:
        assert template.risk
        assert len(template.marks) >= 3
        assert template.wording.endswith(".")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_each_suggested_wording_is_a_strong_clause(template) -> None:
    findings = clause_gaps.assess([ClauseText("1", template.title, template.wording)])

    found = standing(findings, template.id)
    assert (found.standing, found.lacks) == (Standing.PRESENT, ())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.id)
def test_a_clause_that_only_bears_the_name_is_weak(template) -> None:
    findings = clause_gaps.assess([ClauseText("1", "Later", "To be agreed.", template.id)])

    found = standing(findings, template.id)
    assert found.standing == Standing.WEAK
    assert len(found.lacks) == len(template.marks) or found.lacks


def test_a_contract_from_before_ai_lacks_change_notice_and_training_use() -> None:
    """Story 8: price changes are no model changes, and trained staff is no trained model."""
    findings = clause_gaps.assess(LEGACY)
    numbers = clause_gaps.count(findings)

    assert standing(findings, "change_notice").standing == Standing.MISSING
    assert standing(findings, "data_training").standing == Standing.MISSING
    assert standing(findings, "liability").standing == Standing.MISSING
    assert standing(findings, "exit").standing == Standing.WEAK
    assert numbers == {Standing.PRESENT: 0, Standing.WEAK: 1, Standing.MISSING: 14}


def test_a_weak_clause_says_what_it_lacks() -> None:
    text = "The provider notifies the client when a new model version is used."
    found = standing(clause_gaps.assess([ClauseText("4.1", "Models", text)]), "change_notice")

    assert found.standing == Standing.WEAK
    assert found.lacks == (
        "that prompts and knowledge count",
        "how long before",
        "figures from before and after",
    )
    assert found.reason.startswith("Clause 4.1 does not say: ")


def test_two_clauses_may_say_it_together() -> None:
    clauses = [
        ClauseText("4.10", "Models", "A change of model version is notified 30 days before."),
        ClauseText("4.2", "Prompts", "Notice of a prompt change carries the evaluation."),
    ]
    found = standing(clause_gaps.assess(clauses), "change_notice")

    assert (found.standing, found.clauses) == (Standing.PRESENT, ("4.2", "4.10"))


def test_an_empty_contract_lacks_everything() -> None:
    assert clause_gaps.count(clause_gaps.assess([]))[Standing.MISSING] == 15


@given(st.lists(st.text(max_size=60), max_size=5))
def test_whatever_is_written_each_template_has_one_finding(texts) -> None:
    clauses = [ClauseText(str(number), "Words", text) for number, text in enumerate(texts, start=1)]

    findings = clause_gaps.assess(clauses)

    assert [finding.template.id for finding in findings] == [template.id for template in TEMPLATES]
    assert sum(clause_gaps.count(findings).values()) == 15


def test_adding_a_clause_never_makes_a_contract_worse() -> None:
    order = [Standing.MISSING, Standing.WEAK, Standing.PRESENT]
    clauses = list(LEGACY)
    before = clause_gaps.assess(clauses)
    for number, template in enumerate(TEMPLATES, start=10):
        clauses.append(ClauseText(str(number), template.title, template.wording, template.id))
        after = clause_gaps.assess(clauses)
        assert all(
            order.index(new.standing) >= order.index(old.standing)
            for old, new in zip(before, after, strict=True)
        )
        before = after
    assert clause_gaps.count(before)[Standing.PRESENT] == 15
