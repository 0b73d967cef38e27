"""The page of the accountability sheet, with its proof (K10)."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from contracts.services import sheets
from governance.presenters import pdf as printer
from tests import counting, worlds
from tests.factories import raci as factory


@pytest.fixture(autouse=True)
def _nothing_kept():
    printer._printed.cache_clear()


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


def pdf(desk, number):
    return reverse("governance:sheet_pdf", args=[desk.process.code, number])


def read(response):
    return PdfReader(BytesIO(b"".join(response.streaming_content)))


@pytest.mark.pango
def test_k10_the_pdf_says_version_fingerprint_and_who_signed_on_one_page(client, desk, at):
    sheet = sheets.refresh(process=desk.process, at=at)
    client.force_login(desk.owner)

    response = client.get(pdf(desk, 1))

    reader = read(response)
    said = " ".join(reader.pages[0].extract_text().split())
    assert response.headers["Content-Disposition"].endswith('-accountability-v1.pdf"')
    assert len(reader.pages) == 1
    assert "Page 1 of 1" in said
    assert f"v1, SHA-256 {sheet.digest}" in said
    assert str(sheet.event) in said
    signed = said.partition("Signed, RACI v1")[2]
    assert desk.owner.name in signed
    assert desk.ops.name in signed
    assert reader.metadata.creation_date == at
    assert f"Made {at:%Y-%m-%d %H:%M} UTC" in said


@pytest.mark.pango
def test_k10_whoever_asks_gets_the_same_bytes_of_a_version_later_too(client, desk, at):
    sheets.refresh(process=desk.process, at=at)
    client.force_login(desk.owner)
    first = b"".join(client.get(pdf(desk, 1)).streaming_content)
    factory.in_force(desk, at)
    sheets.refresh(process=desk.process, at=at)
    type(desk.process).objects.filter(pk=desk.process.pk).update(name="Called otherwise")
    printer._printed.cache_clear()
    desk.viewer.time_zone = "Asia/Manila"
    desk.viewer.save()
    client.force_login(desk.viewer)

    again = b"".join(client.get(pdf(desk, 1)).streaming_content)
    second = b"".join(client.get(pdf(desk, 2)).streaming_content)

    assert again == first
    assert second != first


def test_without_the_library_the_page_says_so_and_offers_the_print_view(
    client, desk, at, monkeypatch, tmp_path
):
    sheets.refresh(process=desk.process, at=at)
    for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    client.force_login(desk.owner)

    response = client.get(pdf(desk, 1))

    assert response.status_code == 501
    assert "the library Pango is missing" in text(response)
    assert f'href="{url(desk, 1)}"' in text(response)


def test_the_sheet_leads_to_its_pdf(client, desk, at):
    sheets.refresh(process=desk.process, at=at)
    client.force_login(desk.owner)

    assert f'href="{pdf(desk, 1)}"' in text(client.get(url(desk)))
    assert client.get(pdf(desk, 2)).status_code == 404
