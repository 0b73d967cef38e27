"""What the agents of the demo world put out."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from stdnum import iban

from governance.demo import days, texts
from governance.demo.clock import Calendar
from governance.demo.specs import Draft
from governance.demo.world import CLIENTS
from reviews.domain import submission

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def made(process: str, bad: bool = False) -> Iterator[Draft]:
    for number in range(200):
        yield days.MAKERS[process](Random(f"{process}:{number}"), NOW, bad)


@pytest.mark.parametrize("process", sorted(CLIENTS))
def test_make_gives_what_an_agent_may_post(process: str) -> None:
    for draft in made(process):
        parsed = submission.parse(draft.payload)

        steps = {step.code: step for step in CLIENTS[process].steps}
        fields = {field["name"] for field in steps[parsed.step].output}
        assert parsed.output.keys() <= fields
        assert draft.truth.keys() <= fields
        assert all(parsed.output.get(name) != value for name, value in draft.truth.items())


@pytest.mark.parametrize("process", sorted(CLIENTS))
def test_make_repeats_itself_from_the_same_dice(process: str) -> None:
    assert list(made(process)) == list(made(process))


def test_make_uses_an_undeclared_model_and_errs_more_on_bad_days() -> None:
    good, bad = list(made("AP-INV")), list(made("AP-INV", bad=True))

    assert {draft.payload["model_version"] for draft in good} == {"ledgerline-4.2"}
    assert {draft.payload["model_version"] for draft in bad} == {"ledgerline-4.3"}
    assert sum(bool(draft.truth) for draft in bad) > 2 * sum(bool(draft.truth) for draft in good)


def test_drafts_of_a_larger_scale_hold_those_of_a_smaller() -> None:
    calendar = Calendar(CLIENTS["CS-REPLY"], NOW)
    day = calendar.day(80, 90)

    few = days.drafts(calendar, day, days=90, scale=0.2, seed=1)
    many = days.drafts(calendar, day, days=90, scale=1.0, seed=1)

    contents = {draft.external_id: draft for draft in many}
    assert all(contents[draft.external_id] == draft for draft in few)
    assert [draft.at for draft in many] == sorted(draft.at for draft in many)


def test_drafts_of_the_bad_days_follow_two_thirds_of_the_window() -> None:
    calendar = Calendar(CLIENTS["AP-INV"], NOW)

    bad = [
        number
        for number in range(1, 91)
        if days.drafts(calendar, calendar.day(number, 90), days=90, scale=0.1, seed=1)[0].payload[
            "model_version"
        ]
        == "ledgerline-4.3"
    ]

    assert bad == [60, 61, 62, 63, 64]


def test_iban_has_right_check_digits() -> None:
    assert all(iban.is_valid(texts.iban(Random(number))) for number in range(50))
