"""Drafts of a contract: begun from the version in force, written clause by clause, until they are proposed (L1)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from audit.errors import Conflict, Invalid, NotVisible
from contracts import permissions
from contracts.domain.contracting import (
    CLAUSE_NUMBER,
    LONGEST_NOTICE,
    AppendixKind,
    ContractState,
    last_day_to_say,
)
from contracts.enums import Role
from contracts.models import Appendix, Clause, ClauseWording, ContractVersion, User
from contracts.selectors import contracts
from contracts.services import contract_events

MOST_TEXT = 20_000
MOST_CLAUSES = 300
MOST_APPENDIX = 200_000


@transaction.atomic
def draft(
    *,
    contract_id: UUID,
    by: User,
    at: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
    based_on: int | None = None,
    note: str = "",
) -> ContractVersion:
    """Start a draft from a version (by default the one in force, else the newest) with all its wordings.

    Raises Conflict where another is in preparation.
    """
    contract = contracts.get(user=by, contract_id=contract_id)
    permissions.check_can_draft_contract(by, contract)
    known = list(contract.versions.all())
    source = contracts.latest(known)
    if based_on is not None:
        source = contracts.version(user=by, contract=contract, number=based_on)
    begins = valid_from or at.date()
    _check_period(begins, valid_until)
    last = ContractVersion.objects.filter(contract=contract).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            version = ContractVersion.objects.create(
                contract=contract,
                number=last + 1,
                based_on=source,
                note=note.strip()[:300],
                valid_from=begins,
                valid_until=valid_until,
                notice_days=source.notice_days if source else None,
                author=by,
                drafted_at=at,
            )
    except IntegrityError:
        sentence = "Another version of this contract is in preparation: finish or send back that one first."
        raise Conflict("in_preparation", sentence) from None
    if source is not None:
        _copy(source, version)
    facts = {"based_on": source.number if source else None}
    contract_events.record(version, "contract.drafted", facts, by, at)
    return version


def _copy(source: ContractVersion, version: ContractVersion) -> None:
    """Everything that hangs on a version, its clauses first."""
    for rows in (
        source.wordings.order_by("position"),
        source.appendices.order_by("title"),
        source.liability_terms.order_by("pk"),
        source.data_use_terms.order_by("pk"),
        source.agreed_terms.order_by("pk"),
    ):
        for row in rows:
            row.pk, row.version = type(row)._meta.get_field("id").get_default(), version
            row.save(force_insert=True)


def editable(version_id: UUID, by: User, edits: int | None) -> ContractVersion:
    """The draft, locked for one edit. Two people in one draft are told apart by the number of edits."""
    version = contracts.found(version_id)
    permissions.check_can_draft_contract(by, version.contract)
    if version.state != ContractState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    expected = version.edits if edits is None else edits
    if not ContractVersion.objects.filter(pk=version.pk, state=ContractState.DRAFT, edits=expected).update(
        edits=F("edits") + 1
    ):
        raise Conflict("edited_meanwhile", "Somebody else has edited this draft: look at it again.")
    return version


@transaction.atomic
def describe(
    *,
    version_id: UUID,
    note: str,
    valid_from: date,
    valid_until: date | None,
    by: User,
    at: datetime,
    notice_days: int | None = None,
    edits: int | None = None,
) -> ContractVersion:
    """Say what a draft is for, how long it is to hold, and how many days before its end somebody has to say that it ends."""
    version = editable(version_id, by, edits)
    _check_period(valid_from, valid_until)
    _check_notice(valid_from, valid_until, notice_days)
    note = note.strip()
    if len(note) > 300:
        raise Invalid("note", "300 characters at most.", "note")
    ContractVersion.objects.filter(pk=version.pk).update(
        note=note, valid_from=valid_from, valid_until=valid_until, notice_days=notice_days
    )
    version = contracts.found(version.pk)
    edited(version, "period and note", by, at)
    return version


def _check_period(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until < valid_from:
        raise Invalid("valid_until", "The contract ends on or after the day it begins.", "valid_until")


def _check_notice(valid_from: date, valid_until: date | None, days: int | None) -> None:
    if days is None:
        return
    if not 1 <= days <= LONGEST_NOTICE:
        raise Invalid("notice_days", f"Agree on 1 to {LONGEST_NOTICE} days.", "notice_days")
    if valid_until is not None and last_day_to_say(valid_until, days) < valid_from:
        raise Invalid(
            "notice_days", "Notice would have to be given before the contract begins.", "notice_days"
        )


@transaction.atomic
def add_clause(
    *,
    version_id: UUID,
    number: str,
    title: str,
    text: str,
    by: User,
    at: datetime,
    template: str = "",
    owner: Role | str = Role.CLIENT_LEGAL,
    edits: int | None = None,
) -> ClauseWording:
    """Write a new clause into a draft, or take one back in that an earlier version had under this number.

    Raises Invalid with the field at fault, Conflict where the draft has a clause of this number.
    """
    version = editable(version_id, by, edits)
    number, title = number.strip(), title.strip()
    if not CLAUSE_NUMBER.fullmatch(number) or len(number) > 16:
        raise Invalid("number", "A number such as 2, 2.3 or 12.4a is required.", "number")
    if not 1 <= len(title) <= 200:
        raise Invalid("title", "A title of 1 to 200 characters is required.", "title")
    text = _text(text)
    if owner not in set(Role):
        raise Invalid("owner", "Name the role that looks after the clause.", "owner")
    if version.wordings.filter(clause__number=number).exists():
        raise Conflict("number_taken", f"This draft has a clause {number} already.", "number")
    if version.wordings.count() >= MOST_CLAUSES:
        raise Invalid("number", f"A contract has at most {MOST_CLAUSES} clauses.", "number")
    clause, made = Clause.objects.get_or_create(
        contract=version.contract,
        number=number,
        defaults={"title": title, "template": template, "owner": owner, "created_at": at},
    )
    if not made and clause.title != title:
        sentence = (
            f"Clause {number} was “{clause.title}” in an earlier version: take that title, or another number."
        )
        raise Conflict("number_was_another", sentence, "number")
    wording = ClauseWording.objects.create(
        clause=clause, version=version, text=text, position=version.wordings.count() + 1
    )
    edited(version, f"added clause {number}", by, at)
    return wording


@transaction.atomic
def reword(
    *, version_id: UUID, clause_id: UUID, text: str, by: User, at: datetime, edits: int | None = None
) -> ClauseWording:
    """Change what a clause of a draft says. Its number and title stay what they are, so that citing them stays true."""
    version = editable(version_id, by, edits)
    wording = _wording(version, clause_id)
    wording.text = _text(text)
    wording.save(update_fields=["text"])
    edited(version, f"reworded clause {wording.clause.number}", by, at)
    return wording


@transaction.atomic
def remove_clause(
    *, version_id: UUID, clause_id: UUID, by: User, at: datetime, edits: int | None = None
) -> None:
    """Take a clause out of a draft. Raises Conflict naming what cites it; earlier versions keep it."""
    version = editable(version_id, by, edits)
    wording = _wording(version, clause_id)
    clause = wording.clause
    refuse_cited([clause], version)
    wording.delete()
    if not clause.wordings.exists() and not contracts.links(clause):
        clause.delete()
    edited(version, f"removed clause {clause.number}", by, at)


def refuse_cited(dropped: Iterable[Clause], version: ContractVersion) -> None:
    """Raise Conflict naming what cites a clause that a version is to do without."""
    numbers = {clause.pk: clause.number for clause in dropped}
    for pk, cited in contracts.links_of(numbers, version).items():
        named = "; ".join(cited[:5]) + ("; …" if len(cited) > 5 else "")
        details = [{"pointer": "/clause", "detail": one} for one in cited]
        sentence = f"Clause {numbers[pk]} is cited by {named}. Let them cite another clause first."
        raise Conflict("clause_cited", sentence, "clause", details)


@transaction.atomic
def attach(
    *,
    version_id: UUID,
    kind: AppendixKind | str,
    title: str,
    by: User,
    at: datetime,
    text: str = "",
    data: Any = None,
    edits: int | None = None,
) -> Appendix:
    """Attach text or data to a draft; one of the same title takes the place of the one before."""
    version = editable(version_id, by, edits)
    title, text = title.strip(), text.strip()
    if kind not in set(AppendixKind):
        raise Invalid("kind", "Say what kind of appendix it is.", "kind")
    if not 1 <= len(title) <= 200:
        raise Invalid("title", "A title of 1 to 200 characters is required.", "title")
    if not text and data is None:
        raise Invalid("text", "An appendix says something.", "text")
    if len(text) > MOST_APPENDIX:
        raise Invalid("text", f"{MOST_APPENDIX} characters at most.", "text")
    appendix, _ = Appendix.objects.update_or_create(
        version=version,
        title=title,
        defaults={
            "kind": kind,
            "text": text,
            "data": data,
            "digest": contracts.fingerprint({"kind": str(kind), "text": text, "data": data}),
        },
    )
    edited(version, f"attached “{title}”", by, at)
    return appendix


@transaction.atomic
def detach(*, version_id: UUID, appendix_id: UUID, by: User, at: datetime, edits: int | None = None) -> None:
    """Take an appendix out of a draft."""
    version = editable(version_id, by, edits)
    appendix = version.appendices.filter(pk=appendix_id).first()
    if appendix is None:
        raise NotVisible("not_found", "This draft has no such appendix.")
    title = appendix.title
    appendix.delete()
    edited(version, f"detached “{title}”", by, at)


def _wording(version: ContractVersion, clause_id: UUID) -> ClauseWording:
    wording = version.wordings.select_related("clause").filter(clause_id=clause_id).first()
    if wording is None:
        raise NotVisible("not_found", "This draft has no such clause.")
    return wording


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid("text", "A clause says something.", "text")
    if len(text) > MOST_TEXT:
        raise Invalid("text", f"{MOST_TEXT} characters at most.", "text")
    return text


def edited(version: ContractVersion, change: str, by: User, at: datetime) -> None:
    """Note who wrote in a draft, and what the draft says now."""
    if by.pk != version.author_id:
        version.editors.add(by)
    facts = {"change": change, "digest": contracts.digest(version)}
    contract_events.record(version, "contract.edited", facts, by, at)
