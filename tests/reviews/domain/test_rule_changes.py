import dataclasses

import pytest

from reviews.domain.routing import Effect, Rule
from reviews.domain.rule_changes import Kind, between

A = Rule("A", "a", {"field": "amount", "op": ">=", "value": "5"}, Effect.HUMAN_REVIEW)
B, C = dataclasses.replace(A, code="B"), dataclasses.replace(A, code="C")


def told(old, new):
    return [(change.kind, change.code, change.before, change.after) for change in between(old, new)]


def test_between_lists_what_differs_in_the_order_of_the_new_version():
    other = dataclasses.replace(B, severity=1)

    assert told([A, B], [C, other]) == [
        (Kind.ADDED, "C", None, C),
        (Kind.CHANGED, "B", B, other),
        (Kind.REMOVED, "A", A, None),
    ]


def test_between_moves_as_few_rules_as_it_takes():
    assert told([A, B, C], [C, A, B]) == [(Kind.MOVED, "C", C, C)]
    assert told([A, B, C], [A, B, C]) == []


def test_between_a_changed_rule_that_also_moved_is_said_once():
    other = dataclasses.replace(C, severity=1)

    changes = between([A, B, C], [other, A, B])

    assert [(change.kind, change.code, change.moved) for change in changes] == [(Kind.CHANGED, "C", True)]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x"},
        {"condition": {"field": "amount", "op": ">=", "value": "6"}},
        {"effect": Effect.BLOCK},
        {"severity": 1},
        {"trigger_class": "x"},
        {"legal_lock": True},
        {"rationale": "x"},
    ],
)
def test_between_notices_every_part_of_a_rule(changes):
    other = dataclasses.replace(A, **changes)

    assert told([A], [other]) == [(Kind.CHANGED, "A", A, other)]
