"""By what an interaction is found: what each event adds (M8)."""

from governance.domain.trail_marks import LONGEST, MarkKind, interaction_of, marks

INTERACTION = "01a1fdbb-62f6-7753-a46d-8da7f09e1d7a"


def content(action: str, **more) -> dict:
    return {"action": action, "object": {"type": "interaction", "id": INTERACTION}, **more}


def test_an_arrival_is_found_by_subject_and_model():
    arrived = content("intake.received", subject="5e1f", facts={"model_version": "reader-1.0"})

    assert list(marks(arrived)) == [
        (MarkKind.ACTION, "intake.received"),
        (MarkKind.SUBJECT, "5e1f"),
        (MarkKind.MODEL, "reader-1.0"),
    ]


def test_an_arrival_without_subject_and_model_is_found_by_itself_alone():
    arrived = content("intake.received", subject=INTERACTION, facts={"model_version": None})

    assert list(marks(arrived)) == [(MarkKind.ACTION, "intake.received")]


def test_a_routing_is_found_by_its_rules():
    routed = content("routing.decided", facts={"fired": ["AP-R1", "AP-R2"]})

    assert list(marks(routed)) == [(MarkKind.RULE, "AP-R1"), (MarkKind.RULE, "AP-R2")]


def test_what_a_person_does_is_found_by_him_and_what_the_system_does_is_not():
    by_person = content("review.claimed", actor={"type": "human", "id": "ana"})
    by_system = content("review.lease_expired", actor={"type": "system", "id": "leases"})

    assert list(marks(by_person)) == [(MarkKind.ACTION, "review.claimed"), (MarkKind.PERSON, "ana")]
    assert list(marks(by_system)) == [(MarkKind.ACTION, "review.lease_expired")]


def test_an_event_of_an_evaluation_belongs_to_its_interaction():
    scored = {"type": "evaluation", "id": "e", "parent_type": "interaction", "parent_id": INTERACTION}

    assert interaction_of({"object": scored}) == INTERACTION
    assert interaction_of({"object": {"type": "ruleset", "id": "r"}}) == ""


def test_what_is_too_long_is_cut():
    arrived = content("intake.received", facts={"model_version": "x" * 500})

    assert list(marks(arrived))[1] == (MarkKind.MODEL, "x" * LONGEST)
