"""What a RACI may say: one accountable party, who does the work, and no AI vendor answering for an outcome (K1–K3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import raci
from contracts.domain.raci import OUTCOMES, Effect, Letter, Part, Task
from contracts.enums import Party

CLIENT, PROVIDER, VENDOR = raci.PARTIES


def part(letter, party, **more):
    return Part(Letter(letter), party, **({"person": True} | more))


def problem(parts, *, task=Task.REVIEW, effect=Effect.AI_DETERMINES, clause=False, document=False):
    found = raci.row_problem(task, effect, parts, clause=clause, document=document)
    return found and (found.code, found.field)


R, A = part("R", PROVIDER), part("A", CLIENT)


@pytest.mark.parametrize(
    "_case, parts, expected",
    [
        ("as it should be", [R, A], None),
        ("two accountable", [R, A, part("A", PROVIDER)], ("two_accountable", "accountable")),
        ("nobody accountable", [R], ("no_accountable", "accountable")),
        ("the AI vendor accountable", [R, part("A", VENDOR)], ("vendor_accountable", "accountable")),
        ("nobody responsible", [A, part("C", PROVIDER)], ("no_responsible", "responsible")),
        (
            "only a role is accountable",
            [R, part("A", CLIENT, person=False, role="CFO")],
            ("accountable_person", "accountable"),
        ),
        ("nobody named", [A, part("R", PROVIDER, person=False)], ("unnamed", "provider.R")),
        ("an AI agent does the work", [A, part("R", VENDOR, ai=True)], ("ai", "ai_vendor.R")),
        ("an AI agent is accountable", [R, part("A", CLIENT, ai=True)], ("ai", "client.A")),
    ],
)
def test_k1_a_row(_case, parts, expected):
    assert problem(parts) == expected


@pytest.mark.parametrize(
    "effect, clause, document, expected",
    [
        (Effect.AI_DETERMINES, True, True, ("client_accountable", "accountable")),
        (Effect.AI_PROPOSES, True, True, ("client_accountable", "accountable")),
        (Effect.AI_DRAFTS_HUMAN_FINAL, False, True, ("clause_missing", "clause")),
        (Effect.AI_DRAFTS_HUMAN_FINAL, True, False, ("document_missing", "document")),
        (Effect.AI_DRAFTS_HUMAN_FINAL, True, True, None),
    ],
)
def test_k3_the_provider_is_accountable_for_an_outcome(effect, clause, document, expected):
    parts = [R, part("A", PROVIDER)]

    assert problem(parts, effect=effect, clause=clause, document=document) == expected


@pytest.mark.parametrize("party", [PROVIDER, VENDOR])
@pytest.mark.parametrize("task", sorted(frozenset(Task) - OUTCOMES))
def test_how_the_model_behaves_is_no_business_outcome(task, party):
    assert problem([part("R", VENDOR), part("A", party)], task=task) is None


@pytest.mark.parametrize("vendor", [True, False])
@pytest.mark.parametrize("client_procures", [True, False])
@pytest.mark.parametrize("effect", list(Effect))
def test_k2_what_a_new_matrix_says_may_stand(vendor, client_procures, effect):
    rows = raci.defaults(vendor=vendor, client_procures=client_procures)

    assert list(rows) == list(Task)
    for task, row in rows.items():
        parts = [part(letter, party) for party, own in row.items() for letter in own]
        assert problem(parts, task=task, effect=effect) is None
        assert vendor or Party.AI_VENDOR not in row


def test_k2_the_defaults():
    rows = raci.defaults(vendor=True, client_procures=False)

    assert all(rows[task][CLIENT] >= {Letter.A} for task in OUTCOMES)
    assert rows[Task.RUN_AI] == {PROVIDER: {Letter.R}, CLIENT: {Letter.A}}
    assert rows[Task.MODEL_BEHAVIOUR][VENDOR] == {Letter.R}
    assert rows[Task.MODEL_CHANGE] == {
        VENDOR: {Letter.R},
        CLIENT: {Letter.A, Letter.C},
        PROVIDER: {Letter.C},
    }
    assert rows[Task.INCIDENT][VENDOR] == {Letter.C, Letter.I}
    assert [task for task, row in rows.items() if Letter.R in row.get(VENDOR, ())] == [
        Task.MODEL_BEHAVIOUR,
        Task.MODEL_CHANGE,
    ]
    procured = raci.defaults(vendor=True, client_procures=True)
    assert procured[Task.MODEL_BEHAVIOUR] == {
        VENDOR: {Letter.R},
        CLIENT: {Letter.A},
        PROVIDER: {Letter.C},
    }


_PARTS = st.lists(
    st.builds(
        Part,
        st.sampled_from(list(Letter)),
        st.sampled_from(raci.PARTIES),
        person=st.booleans(),
        role=st.sampled_from(["", "Team lead"]),
        ai=st.booleans(),
    ),
    max_size=6,
)


@given(st.sampled_from(list(Task)), st.sampled_from(list(Effect)), _PARTS, st.booleans(), st.booleans())
def test_k1_whatever_passes_has_one_accountable_person_and_somebody_who_does_it(
    task, effect, parts, clause, document
):
    if raci.row_problem(task, effect, parts, clause=clause, document=document) is None:
        accountable = [one for one in parts if one.letter is Letter.A]
        assert len(accountable) == 1
        assert accountable[0].person
        assert not any(one.ai for one in parts)
        assert any(one.letter is Letter.R for one in parts)
        if task in OUTCOMES:
            assert accountable[0].party in raci.SIGNERS
            if accountable[0].party is PROVIDER:
                assert (effect, clause, document) == (Effect.AI_DRAFTS_HUMAN_FINAL, True, True)
