"""A procedure as published: for the people of its process; drafts for those who write them."""

import pytest
from django.urls import reverse

from contracts.models import DocumentVersion
from contracts.services import documents
from tests import counting


def address(document):
    return reverse("contracts:document", args=[document.pk])


def draft(desk, at, **more):
    values = {
        "code": desk.sop.code,
        "title": "Reviewing",
        "process": desk.process,
        "summary": "A new summary.",
    } | more
    return documents.draft(
        owner=desk.ops, review_deadline=at.date(), steps=["Look"], by=desk.ops, at=at, **values
    )


def numbers(response):
    return [version.number for version in response.context["document"].versions]


def test_document_shows_the_published_version_and_who_published_it(desk, log_in):
    response = log_in(desk.reviewer).get(address(desk.sop))

    page = response.content.decode()
    assert numbers(response) == [1]
    for words in ("Open the order", "Compare three ways", "North Governance", "North Ops"):
        assert words in page


@pytest.mark.parametrize(
    "who, seen", [("ops", [2, 1]), ("governance", [2, 1]), ("reviewer", [1]), ("viewer", [1])]
)
def test_document_shows_drafts_to_those_who_write_them(desk, at, log_in, who, seen):
    draft(desk, at)

    response = log_in(getattr(desk, who)).get(address(desk.sop))

    assert numbers(response) == seen
    assert response.context["document"].current.number == 1


def test_document_keeps_the_versions_before(desk, at, log_in):
    documents.publish(version=draft(desk, at), by=desk.governance, at=at)

    response = log_in(desk.viewer).get(address(desk.sop))

    assert numbers(response) == [2, 1]
    assert response.context["document"].current.summary == "A new summary."


def test_document_that_is_still_being_written_is_refused_with_a_sentence(desk, at, log_in):
    version = draft(desk, at, code="SOP-NEW")

    refused = log_in(desk.viewer).get(address(version.document))

    assert refused.status_code == 403
    assert "still being written" in refused.content.decode()
    assert log_in(desk.ops).get(address(version.document)).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "twin"])
def test_document_does_not_exist_for_others(world, log_in, who):
    user = {"stranger": world.stranger, "twin": world.south.ops}[who]

    assert log_in(world.north.viewer).get(address(world.north.sop)).status_code == 200
    assert log_in(user).get(address(world.north.sop)).status_code == 404


def test_document_of_the_house_is_for_everybody_with_a_role(world, at, log_in):
    version = draft(world.north, at, code="SOP-GOV", process=None)
    documents.publish(version=version, by=world.north.governance, at=at)

    assert log_in(world.south.viewer).get(address(version.document)).status_code == 200
    assert log_in(world.stranger).get(address(version.document)).status_code == 404


def test_document_that_never_was_is_not_found(desk, log_in):
    missing = reverse("contracts:document", args=[DocumentVersion.objects.first().pk])

    assert log_in(desk.viewer).get(missing).status_code == 404


def test_document_asks_a_fixed_number_of_queries(desk, log_in):
    assert counting.queries(log_in(desk.viewer), address(desk.sop)) == counting.written("contracts:document")
