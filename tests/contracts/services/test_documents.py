"""Procedures: drafted by one person, published by another, one version at a time."""

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed
from audit.models import Event
from contracts.enums import DocumentState
from contracts.models import DocumentVersion, Process
from contracts.services import documents


def draft(desk, at, **more):
    values = {
        "code": desk.sop.code,
        "title": desk.sop.title,
        "process": desk.process,
        "owner": desk.ops,
        "review_deadline": at.date(),
        "steps": ["Look", "Decide"],
        "summary": "Look, then decide.",
        "by": desk.ops,
        "at": at,
    } | more
    return documents.draft(**values)


def test_draft_is_the_next_version_of_the_same_document(desk, at):
    version = draft(desk, at)

    assert (version.document, version.number, version.state) == (desk.sop, 2, DocumentState.DRAFT)
    assert Event.objects.filter(action="document.drafted").order_by("pk").last().facts["version"] == 2


def test_draft_refuses_a_summary_that_is_longer_than_a_page(desk, at):
    draft(desk, at, summary="word " * 350)

    with pytest.raises(Invalid) as refused:
        draft(desk, at, summary="word " * 351)

    assert refused.value.field == "summary"
    assert desk.sop.versions.count() == 2


def test_publish_by_somebody_else_retires_the_version_before(desk, at):
    version = draft(desk, at)
    before = Process.objects.get(pk=desk.process.pk).stamp

    documents.publish(version=version, by=desk.governance, at=at)

    states = dict(desk.sop.versions.values_list("number", "state"))
    assert states == {1: "retired", 2: "published"}
    assert (version.published_by, version.published_at) == (desk.governance, at)
    assert Process.objects.get(pk=desk.process.pk).stamp != before


def test_publish_is_not_for_the_author(desk, at):
    version = draft(desk, at)

    with pytest.raises(NotAllowed) as refused:
        documents.publish(version=version, by=desk.ops, at=at)

    assert refused.value.code == "own_document"
    assert dict(desk.sop.versions.values_list("number", "state")) == {1: "published", 2: "draft"}


def test_publish_twice_is_a_conflict_and_leaves_the_document_published(desk, at):
    version = desk.sop.versions.get()

    with pytest.raises(Conflict):
        documents.publish(version=version, by=desk.lead, at=at)

    assert desk.sop.versions.get().state == DocumentState.PUBLISHED


def test_the_database_holds_four_eyes(desk, at):
    version = draft(desk, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(published_by=version.author)


def test_a_document_of_the_house_goes_to_the_platform_log(desk, at):
    version = draft(desk, at, code="SOP-GOV-01", process=None)

    documents.publish(version=version, by=desk.governance, at=at)

    event = Event.objects.filter(action="document.published").order_by("pk").last()
    assert event.content.get("client", "") == ""
