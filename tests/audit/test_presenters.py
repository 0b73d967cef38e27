from dataclasses import replace
from datetime import UTC, datetime

import pytest

from audit import presenters
from audit.domain import catalogue
from audit.domain.catalogue import EventSpec
from audit.domain.envelope import Actor, Target
from audit.models import Event
from audit.services import recording
from tests.audit.conftest import AT, REVIEWER, sealed, signed


@pytest.fixture(autouse=True)
def _own_presenters(monkeypatch):
    monkeypatch.setattr(presenters, "_presenters", {})


def test_present_reads_by_the_sentence_of_the_catalogue(log):
    event = recording.record(
        **sealed(facts={"verdict": "approve", "seconds": 12}, reason="checked", origin="demo")
    )

    line = presenters.present(Event.objects.get(uid=event.uid))

    assert line == presenters.Line(
        when=AT,
        who="Reviewer",
        what="Paper 1 was signed: approve in 12 s",
        details=[("Seconds", "12"), ("Verdict", "approve"), ("Reason", "checked")],
        actor_type="human",
        actor_id=REVIEWER.id,
        role="reviewer",
        uid=event.uid,
        action="paper.signed",
        origin="demo",
        sealed=("comment",),
    )


def test_present_shows_a_dash_for_an_optional_fact_that_is_missing(log):
    line = presenters.present(recording.record(**signed()))

    assert line.what == "Paper 1 was signed: approve in – s"


def test_present_uses_the_presenter_that_was_registered(log):
    presenters.register("paper.signed", lambda event: replace(presenters.generic(event), what="Signed!"))

    assert presenters.present(recording.record(**signed())).what == "Signed!"


def test_register_refuses_a_second_presenter_but_not_the_same_again():
    presenters.register("paper.signed", presenters.generic)
    presenters.register("paper.signed", presenters.generic)

    with pytest.raises(ValueError, match="already has a presenter"):
        presenters.register("paper.signed", lambda event: presenters.generic(event))


def test_generic_takes_other_words_and_details(log):
    event = recording.record(**signed())

    line = presenters.generic(event, what="Signed", details=[("How", "by hand")])

    assert (line.what, line.details) == ("Signed", [("How", "by hand")])


def test_present_reads_an_action_without_a_sentence(log):
    line = presenters.present(
        recording.record(**signed(action="paper.read", facts={}, target=Target("paper", "p-9")))
    )

    assert line.what == "Paper read: paper p-9"


def test_present_reads_an_event_by_the_version_it_was_recorded_under(log):
    event = recording.record(**signed())
    catalogue.register([EventSpec("paper.signed", 2, facts={"outcome"}, sentence="{outcome}")])

    assert presenters.present(event).what == "Paper 1 was signed: approve in – s"


def test_present_reads_an_event_this_release_does_not_know(log, monkeypatch):
    event = recording.record(**signed())
    monkeypatch.setattr(catalogue, "_specs", {})

    assert presenters.present(event).what == "Paper signed: Paper 1"


def test_present_does_not_let_a_fact_speak_for_the_sentence(log):
    line = presenters.present(recording.record(**signed(facts={"verdict": "{object.__class__} {seconds}"})))

    assert line.what == "Paper 1 was signed: {object.__class__} {seconds} in – s"


@pytest.mark.parametrize(
    ("_case", "actor", "who"),
    [
        ("a person by role", REVIEWER, "Reviewer"),
        ("a person without a role", replace(REVIEWER, role=""), "Person"),
        ("a part of the system", Actor.system("lease_expiry"), "System (lease expiry)"),
        ("nobody known", Actor.anonymous(), "Unknown person"),
    ],
)
def test_present_names_nobody(log, _case, actor, who):
    assert presenters.present(recording.record(**signed(actor=actor))).who == who


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("", "–"),
        ([], "–"),
        ({}, "–"),
        (0, "0"),
        (True, "yes"),
        (False, "no"),
        (["a", 1, None], "a, 1, –"),
        ({"rule_id": "r", "fired": True}, "Rule id: r; Fired: yes"),
    ],
)
def test_text_reads_as_a_person_would_say_it(value, shown):
    assert presenters.text(value) == shown


def test_line_keeps_the_moment_it_happened(log):
    moment = datetime(2020, 2, 29, tzinfo=UTC)

    assert presenters.present(recording.record(**signed(at=moment))).when == moment
