"""M7: who read personal data and who took evidence away, found by subject, person and day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Log
from audit.services import projecting
from governance.models import RecordRead
from governance.selectors import record_reads
from reviews.models import Interaction
from reviews.services import intake, workspace
from tests import counting, worlds
from tests.caught_up import catch_up
from tests.governance import evidence
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]

ADDRESS = "/trail/records/north/reads/"
TEXT = {"text": "Call jane.doe@example.org about the invoice"}
WHY = "The customer asks for a call back"


@pytest.fixture
def world() -> World:
    return worlds.build(timezone.now() - timedelta(days=10))


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


def post(desk: Desk, **changes: object) -> Interaction:
    payload = worlds.payload(desk, amount="6000.00", input=TEXT, **changes)
    receipt = intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=timezone.now())[0]
    return Interaction.objects.select_related("case").get(pk=receipt.id)


def reveal(desk: Desk, who: str, interaction: Interaction, days_ago: int = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    workspace.reveal(case_id=interaction.case.pk, user=desk.cast[who], reason=WHY, at=at)


@pytest.fixture
def read(world: World) -> dict[str, Interaction]:
    """Two readings at the north desk by two people on two days, one at the south."""
    north, south = world.north, world.south
    made = {
        "jane": post(north, subject_ref="Jane Doe, Köln"),
        "john": post(north, subject_ref="John Roe"),
        "south": post(south, subject_ref="Jane Doe, Köln"),
    }
    reveal(north, "lead", made["jane"], days_ago=3)
    reveal(north, "reviewer", made["john"])
    reveal(south, "lead", made["south"])
    catch_up()
    return made


def shown(client: Client, **sent: str) -> str:
    return client.post(f"{ADDRESS}find/", sent, follow=True).content.decode()


def found(page: str, read: dict[str, Interaction]) -> set[str]:
    return {name for name, one in read.items() if f"/trail/interactions/{one.pk}/" in page}


def test_m7_every_reading_of_the_client_is_listed_newest_first(desk, read, log_in: LogIn):
    page = log_in(desk.dpo).get(ADDRESS).content.decode()

    assert found(page, read) == {"jane", "john"}
    assert page.index(str(read["john"].pk)) < page.index(str(read["jane"].pk))
    assert "North Lead" in page
    assert "email, subject" in page
    assert "Jane Doe" not in page
    assert WHY not in page


@pytest.mark.parametrize(
    ("_case", "asked", "expected"),
    [
        ("by subject", {"about": "Jane Doe, Köln"}, {"jane"}),
        ("by nobody's name", {"about": "Nobody"}, set()),
        ("by person", {"person": "north_reviewer"}, {"john"}),
        ("by somebody unknown", {"person": "nobody"}, set()),
        ("by person and subject", {"person": "north_reviewer", "about": "Jane Doe, Köln"}, set()),
    ],
)
def test_m7_readings_are_found(desk, read, log_in: LogIn, _case, asked, expected):
    page = shown(log_in(desk.dpo), **asked)

    assert found(page, read) == expected
    if not expected:
        assert "Nothing matches" in page


def test_m7_readings_are_found_by_day(desk, read, log_in: LogIn):
    day = (timezone.localtime() - timedelta(days=2)).date().isoformat()

    assert found(shown(log_in(desk.dpo), since=day), read) == {"john"}
    assert found(shown(log_in(desk.dpo), until=day), read) == {"jane"}


def test_a_subject_never_stands_in_an_address(desk, read, log_in: LogIn):
    reply = log_in(desk.dpo).post(f"{ADDRESS}find/", {"about": "Jane Doe, Köln"})

    assert reply.headers["Location"] == f"{ADDRESS}?subject={read['jane'].subject}"


def test_by_the_id_of_an_interaction_its_subject_is_found(desk, read, log_in: LogIn):
    assert found(shown(log_in(desk.dpo), about=str(read["jane"].pk)), read) == {"jane"}


@pytest.mark.parametrize(
    ("_case", "query", "sentence"),
    [
        ("a name", "?subject=Jane", "Search for the subject again."),
        ("no day", "?since=yesterday", "Enter a valid date."),
        ("the wrong way round", "?since=2026-03-04&until=2026-03-03", "It ends before it begins."),
    ],
)
def test_what_cannot_be_searched_by_is_said(desk, log_in: LogIn, _case, query, sentence):
    page = log_in(desk.dpo).get(ADDRESS + query).content.decode()

    assert sentence in page


def test_m7_evidence_that_left_the_house_is_listed(desk, log_in: LogIn, settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    receipt = evidence.decided(desk, timezone.now() - timedelta(minutes=5), "INV-7")
    evidence.sign()
    evidence.ask(receipt, desk.lead, "review.decided note")
    catch_up()
    asked_only = log_in(desk.dpo).get(ADDRESS).content.decode()

    evidence.write()
    catch_up()
    page = log_in(desk.dpo).get(ADDRESS).content.decode()

    assert "Evidence handed out" not in asked_only
    assert page.count("Evidence handed out") == 1
    row = page.split("Evidence handed out")[1].split("</tr>")[0]
    assert f"1 personal value shown: {evidence.PURPOSE}" in row
    assert "North Lead" in page
    assert evidence.NOTE not in page


def test_pages_follow_each_other(desk, read, log_in: LogIn, monkeypatch):
    monkeypatch.setattr(record_reads, "PAGE", 1)
    client = log_in(desk.dpo)

    first = client.get(ADDRESS)
    second = client.get(ADDRESS + first.context["next_url"])

    assert found(first.content.decode(), read) == {"john"}
    assert found(second.content.decode(), read) == {"jane"}
    assert second.context["next_url"] == ""
    assert "Back to the newest" in second.content.decode()


def test_m7_only_those_who_keep_the_records_see_it(desk, world, read, log_in: LogIn):
    assert log_in(desk.lead).get(ADDRESS).status_code == 403
    assert log_in(world.south.dpo).get(ADDRESS).status_code == 404
    assert log_in(desk.dpo).get(ADDRESS).status_code == 200


def test_before_the_first_reading_the_page_says_so(desk, log_in: LogIn):
    assert "Nobody has read personal data yet" in log_in(desk.dpo).get(ADDRESS).content.decode()


def test_the_page_says_when_it_is_behind(desk, read, log_in: LogIn, monkeypatch):
    reveal(desk, "lead", read["john"])
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr("governance.views.record_reads.timezone.now", lambda: later)

    assert "more than a minute behind" in log_in(desk.dpo).get(ADDRESS).content.decode()


def test_a_rebuild_makes_the_same_rows(desk, read):
    before = list(RecordRead.objects.order_by("pk").values())

    for log_id in Log.objects.values_list("pk", flat=True):
        projecting.rebuild(name="reads", log_id=log_id, at=timezone.now())
    catch_up()

    assert list(RecordRead.objects.order_by("pk").values()) == before
    assert len(before) == 3


def test_queries_do_not_grow_with_the_readings(desk, read, log_in: LogIn):
    client = log_in(desk.dpo)
    first = counting.queries(client, ADDRESS)
    reveal(desk, "lead", read["john"])
    catch_up()

    assert counting.queries(client, ADDRESS) == first == counting.written("governance:records_reads")
