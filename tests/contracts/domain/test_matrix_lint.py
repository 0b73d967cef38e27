"""C1, C3: what keeps a matrix from coming into force, and what its approver is to know."""

from datetime import date, time

import pytest

from contracts.domain.escalation_matrix import Need
from contracts.domain.matrix_lint import FinalTerms, Holder, LevelTerms, lint
from contracts.domain.sla_clock import Calendar

ALWAYS = Calendar("UTC", always_open=True)
OFFICE = Calendar("UTC", {day: ((time(9), time(17)),) for day in range(5)})
LEAD = LevelTerms("L1", Holder("Lea", True), Holder("Sen", True), ALWAYS)
ROW = {("*", None): [LEAD]}


def found(rows=ROW, finals=(), needs=()):
    problems = lint(rows, finals, needs, monday=date(2026, 3, 2), zone="UTC")
    return [(problem.code, problem.blocking) for problem in problems]


@pytest.mark.parametrize(
    "rows, codes",
    [
        (ROW, []),
        ({}, [("matrix_empty", True)]),
        ({("amount", None): [LEAD]}, [("no_row_for_all", True)]),
        ({("*", None): [LevelTerms("L1", Holder("Lea", False), None, ALWAYS)]}, [("may_not_decide", True)]),
        (
            {("*", None): [LevelTerms("L1", Holder("Lea", True), Holder("Sen", False), ALWAYS)]},
            [("may_not_decide", False)],
        ),
        ({("*", None): [LevelTerms("L1", Holder("Lea", True), None, OFFICE)]}, [("uncovered_hours", False)]),
        (
            ROW | {("*", 1): [LevelTerms("L1", Holder("Lea", True), None, OFFICE)]},
            [("worst_uncovered_hours", False)],
        ),
    ],
)
def test_lint_of_rows(rows, codes):
    assert found(rows) == codes


def test_lint_names_the_rule_that_finds_nobody():
    (problem,) = lint(
        {("amount", 1): [LEAD], ("*", 1): [LEAD], ("fraud", None): [LEAD]},
        [],
        [Need("amount", 2, "Rule AP-R5"), Need("amount", 1, "Rule AP-R6"), Need("fraud", 3, "Rule AP-R7")],
        monday=date(2026, 3, 2),
        zone="UTC",
    )[:1]

    assert problem.sentence == "Rule AP-R5 sends cases up, and nobody is named for class amount, severity 2."


@pytest.mark.parametrize(
    "final, codes",
    [
        (FinalTerms("refund", "client", Holder("Kat", True), None, True), []),
        (
            FinalTerms("refund", "client", Holder("Kat", True), None, True, ("Kat",)),
            [("wrong_party", True)],
        ),
        (
            FinalTerms("refund", "client", Holder("Kat", False), None, True),
            [("may_not_decide", True)],
        ),
        (
            FinalTerms("refund", "client", Holder("Kat", True), Holder("Pro", False), True),
            [("may_not_decide", False)],
        ),
        (FinalTerms("refund", "client", Holder("Kat", True), None, False), [("no_authority_yet", False)]),
    ],
)
def test_lint_of_final_decisions(final, codes):
    assert found(finals=[final]) == codes
