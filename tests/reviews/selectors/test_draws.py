"""What a reader may call those whose work is a stratum of its own (F1, E8)."""

from contracts.enums import Role
from contracts.services import memberships
from reviews.domain import strata
from reviews.models import Draw
from reviews.selectors import draws, pseudonyms
from tests import worlds
from tests.factories import qa


def test_only_who_leads_reviewers_reads_their_names(db, at, monkeypatch):
    """The same draw: a pseudonym for the auditor, and the name once he leads them, too."""
    monkeypatch.setattr(strata, "LANGUAGE_CELL", 1)
    desk = worlds.build(at).north
    qa.planned(desk, at, cut_by=["reviewer"])
    qa.released_case(desk, at, desk.second)
    evaluation = qa.drawn_evaluation(desk, at)
    row = {"stratum": f"high/reviewed/reviewer={desk.reviewer.pk}"}
    Draw.objects.update(strata=[row, {"stratum": "high/reviewed/reviewer=other"}])
    draw = Draw.objects.get(pk=evaluation.draw_id)

    before = draws.reviewers_of(desk.auditor, draw)
    memberships.grant(
        user=desk.auditor,
        organisation=desk.process.provider,
        role=Role.TEAM_LEAD,
        process=desk.process,
        by=None,
        at=at,
    )
    after = draws.reviewers_of(desk.auditor, draw)

    assert before == {str(desk.reviewer.pk): pseudonyms.of(desk.process.pk, desk.reviewer.pk)}
    assert after == {str(desk.reviewer.pk): desk.reviewer.name}
