"""Claims under contention: many people at once, and people who lost their role in the middle of a lease (A6, D1)."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.conf import settings

from audit.errors import Conflict, NotAllowed, NotVisible
from audit.models import Event
from contracts.enums import Role
from contracts.models import User
from contracts.services import memberships
from reviews.enums import CaseState, InteractionState, Verdict
from reviews.models import Case, Claim, Interaction
from reviews.services import claims, decisions, escalations
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.threads import together
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=settings.LEASE_SECONDS)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def second(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def revoke_all(user: User, at: datetime) -> None:
    for membership in user.memberships.filter(revoked_at__isnull=True):
        memberships.revoke(membership=membership, by=None, at=at)


def events(action: str) -> list[Event]:
    return list(Event.objects.filter(action=action).order_by("id"))


def one_world(case: Case) -> tuple[str, str]:
    """The two states that must never disagree."""
    case.refresh_from_db()
    return case.state, Interaction.objects.get(pk=case.interaction_id).state


class TestRevoked:
    @pytest.mark.parametrize("what", ["decide", "extend", "escalate", "claim again", "evidence"])
    def test_somebody_whose_role_was_taken_back_can_do_nothing_on_his_lease(
        self, desk: Desk, at: datetime, what: str
    ) -> None:
        """A6: what a role opened is closed at once, also in the middle of a lease."""
        case, user = made.read_case(desk, at), desk.reviewer
        act = {
            "decide": partial(
                decisions.decide, case_id=case.pk, user=user, answer=Answer(Verdict.APPROVE), at=at
            ),
            "extend": partial(claims.extend, case_id=case.pk, user=user, at=at),
            "escalate": partial(escalations.escalate, case_id=case.pk, user=user, question="?", at=at),
            "claim again": partial(claims.claim, case_id=case.pk, user=user, at=at),
            "evidence": partial(made.open_evidence, case, user, at),
        }[what]
        revoke_all(user, at)

        with pytest.raises(NotVisible):
            act()
        assert one_world(case) == (CaseState.IN_REVIEW, InteractionState.IN_REVIEW)

    def test_somebody_who_became_an_auditor_is_told_why(self, desk: Desk, at: datetime) -> None:
        case = made.read_case(desk, at)
        revoke_all(desk.reviewer, at)
        memberships.grant(
            user=desk.reviewer,
            organisation=desk.process.provider,
            role=Role.QA_AUDITOR,
            process=desk.process,
            by=None,
            at=at,
        )

        with pytest.raises(NotAllowed, match="Only reviewers"):
            decisions.decide(case_id=case.pk, user=desk.reviewer, answer=Answer(Verdict.APPROVE), at=at)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def people(self, desk: Desk, at: datetime, count: int) -> list[User]:
        found = []
        for number in range(count):
            person = worlds.person(f"crowd_{number}", desk.process.provider, at)
            memberships.grant(
                user=person,
                organisation=desk.process.provider,
                role=Role.REVIEWER,
                process=desk.process,
                by=None,
                at=at,
            )
            found.append(person)
        return found

    def test_fifty_people_claim_ten_cases_once_each(self, at: datetime) -> None:
        """D1: 50 parallel claims on 10 items → each claimed once."""
        desk = worlds.build(at).north
        cases = {made.waiting_case(desk, at).pk for _ in range(10)}
        people = self.people(desk, at, 50)

        taken = together([partial(claims.next_case, user=person, at=at) for person in people])

        won = [claim.case_id for claim in taken if claim is not None]
        assert Counter(won) == Counter(cases)
        assert Claim.objects.count() == 10
        assert Case.objects.filter(state=CaseState.IN_REVIEW).count() == 10
        assert len(events("review.claimed")) == 10

    def test_people_who_click_on_the_same_case_are_told_who_has_it(self, at: datetime) -> None:
        desk = worlds.build(at).north
        case = made.waiting_case(desk, at)
        people = [desk.reviewer, desk.second, desk.senior, desk.lead]

        answers = together([partial(claims.claim, case_id=case.pk, user=person, at=at) for person in people])

        winner = next(answer.user for answer in answers if isinstance(answer, Claim))
        lost = [answer for answer in answers if isinstance(answer, Conflict)]
        assert len(lost) == 3
        assert all(winner.name in conflict.sentence for conflict in lost)

    def test_one_person_who_clicks_twice_gets_one_case(self, at: datetime) -> None:
        desk = worlds.build(at).north
        for _ in range(4):
            made.waiting_case(desk, at)

        answers = together([partial(claims.next_case, user=desk.reviewer, at=at)] * 4)

        assert len({claim.pk for claim in answers}) == 1
        assert Claim.objects.count() == 1

    def test_a_decision_and_the_sweep_at_the_last_moment(self, at: datetime) -> None:
        """One of them wins; neither waits for the other for ever."""
        desk = worlds.build(at).north
        for _ in range(8):
            case = made.read_case(desk, at)
            decide = partial(
                decisions.decide,
                case_id=case.pk,
                user=desk.reviewer,
                answer=Answer(Verdict.APPROVE),
                at=at + LEASE - second(1),
            )

            decision, lapsed = together([decide, partial(claims.expire, at=at + LEASE)])

            assert isinstance(decision, Conflict) == bool(lapsed)
            assert one_world(case)[0] == (CaseState.WAITING if lapsed else CaseState.DECIDED)
