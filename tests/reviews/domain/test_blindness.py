import pytest

from reviews.domain import blindness
from reviews.enums import CaseState


@pytest.mark.parametrize(
    ("_case", "state", "second_round", "decided", "hidden"),
    [
        ("while the second review waits", "awaiting_second", True, False, True),
        ("while the second reviewer works", "in_review", True, False, True),
        ("while he asked for information", "awaiting_information", True, False, True),
        ("not from whoever has decided", "awaiting_second", True, True, False),
        ("not in the first round", "in_review", False, False, False),
        ("not once it went up", "escalated", True, False, False),
        ("not once it is decided", "decided", True, False, False),
    ],
)
def test_verdicts_hidden(_case: str, state: str, second_round: bool, decided: bool, hidden: bool) -> None:
    found = blindness.verdicts_hidden(state=state, second_round=second_round, decided=decided, to_score=False)

    assert found is hidden


@pytest.mark.parametrize("state", list(CaseState))
def test_verdicts_hidden_from_an_auditor_who_is_to_score_it(state: CaseState) -> None:
    """F2."""
    assert blindness.verdicts_hidden(state=state, second_round=False, decided=False, to_score=True)


@pytest.mark.parametrize("state", list(CaseState))
def test_ai_output_hidden_until_the_own_outcome_or_the_end(state: CaseState) -> None:
    open_still = state not in {CaseState.DECIDED, CaseState.CLOSED}

    assert blindness.ai_output_hidden(category="D3", state=state, decided=False) is open_still
    assert not blindness.ai_output_hidden(category="D3", state=state, decided=True)
    assert not blindness.ai_output_hidden(category="D2", state=state, decided=False)
