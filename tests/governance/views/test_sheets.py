"""The page of the accountability sheet, with its proof (K10)."""

import pytest
from django.urls import reverse

from contracts.services import sheets
from tests import counting, worlds
from tests.factories import raci as factory


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


def url(desk, *version):
    return reverse(
        "governance:sheet_version" if version else "governance:sheet", args=[desk.process.code, *version]
    )


def text(response):
    return response.content.decode()


def test_before_it_is_made_the_page_says_so(client, desk):
    client.force_login(desk.viewer)

    assert "There is no sheet yet" in text(client.get(url(desk)))


def test_k10_old_versions_stay_readable_and_name_their_proof(client, desk, at):
    first = sheets.refresh(process=desk.process, at=at)
    factory.in_force(desk, at)
    second = sheets.refresh(process=desk.process, at=at)
    client.force_login(desk.owner)

    shown, older = text(client.get(url(desk))), text(client.get(url(desk, 1)))

    assert second.digest in shown
    assert reverse("governance:api_event_proof", args=[desk.client.log_key, second.event]) in shown
    assert first.digest in older
    assert "Replaced" in older
    assert "RACI, v1" in older


def test_who_reads_no_stories_is_not_led_to_the_proof(client, desk, at):
    sheet = sheets.refresh(process=desk.process, at=at)
    client.force_login(desk.viewer)

    shown = text(client.get(url(desk)))

    assert str(sheet.event) in shown
    assert "/proof" not in shown


def test_the_page_asks_the_same_number_of_times(client, desk, at):
    sheets.refresh(process=desk.process, at=at)
    client.force_login(desk.owner)

    def more():
        factory.in_force(desk, at)
        sheets.refresh(process=desk.process, at=at)

    assert counting.steady(client, url(desk), more) == counting.written("governance:sheet")
