"""Findings follow what is so: what is new is opened, what is no longer so is ended, each with its event."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from contracts import access
from contracts.domain.finding_kinds import FindingKind
from contracts.domain.roles import DRAFT_CONTRACTS, SIGN_CONTRACTS, SUPERVISE_VENDORS
from contracts.models import Finding, Process
from contracts.services import notifications, processes

# Who learns of what is new; of everything else those who draft the agreement.
_TOLD = {
    FindingKind.SOVEREIGNTY: (SUPERVISE_VENDORS,),
    FindingKind.VENDOR: (SUPERVISE_VENDORS,),
    # Those who sign it also give notice.
    FindingKind.CONTRACT_END: (DRAFT_CONTRACTS, SIGN_CONTRACTS),
}


@transaction.atomic
def follow(
    *, process: Process, kind: str, found: Mapping[str, str], link: str, at: datetime, prefix: str = ""
) -> list[Finding]:
    """Make the open findings of a kind on a process be these: subject → sentence. Returns those that are new.

    `prefix`: only those whose subject begins with it are looked at. Calling it twice changes nothing.
    """
    subjects = {f"{prefix}{subject}": sentence[:400] for subject, sentence in found.items()}
    rows = Finding.objects.filter(
        process=process, kind=kind, ended_at__isnull=True, subject__startswith=prefix
    )
    standing = {one.subject: one for one in rows}
    for subject in sorted(standing.keys() - subjects.keys()):
        gone = standing[subject]
        if Finding.objects.filter(pk=gone.pk, ended_at__isnull=True).update(ended_at=at):
            _record(process, gone, "finding.ended", at)
    for subject in standing.keys() & subjects.keys():
        # The figures in its words may be others today; what it is about is the same, and is no news.
        one = standing[subject]
        if one.sentence != subjects[subject]:
            Finding.objects.filter(pk=one.pk, ended_at__isnull=True).update(sentence=subjects[subject])
    opened = []
    for subject in sorted(subjects.keys() - standing.keys()):
        one, made = Finding.objects.get_or_create(
            process=process,
            kind=kind,
            subject=subject,
            ended_at=None,
            defaults={"sentence": subjects[subject], "link": link, "created_at": at},
        )
        if made:
            _record(process, one, "finding.opened", at)
            opened.append(one)
    _tell(process, kind, opened, link, at)
    return opened


def _tell(process: Process, kind: str, opened: list[Finding], link: str, at: datetime) -> None:
    """Those who look after it learn of what is new, in one message. Of certificates they are told as these run out."""
    if kind == FindingKind.CONTRACT_END:
        opened = _not_told_elsewhere(process, opened)
    if not opened or kind == FindingKind.CERTIFICATE:
        return
    codenames = _TOLD.get(FindingKind(kind), (DRAFT_CONTRACTS,))
    people = {person for codename in codenames for person in access.holders(process, codename)}
    said = [one.sentence for one in opened]
    what = said[0] if len(said) == 1 else f"{len(said)} new findings"
    for person in sorted(people, key=lambda one: one.pk):
        notifications.notify(
            user=person, subject=f"{process.code}: {what}", body="\n".join(said), link=link, at=at
        )


def _not_told_elsewhere(process: Process, opened: list[Finding]) -> list[Finding]:
    """A contract on several processes is a finding on each of them, and news once."""
    same = Finding.objects.filter(
        process__client=process.client_id,
        kind=FindingKind.CONTRACT_END,
        ended_at__isnull=True,
        subject__in=[one.subject for one in opened],
    ).exclude(process=process)
    known = set(same.values_list("subject", flat=True))
    return [one for one in opened if one.subject not in known]


def _record(process: Process, one: Finding, action: str, at: datetime) -> None:
    facts = {"kind": one.kind, "subject": one.subject, "sentence": one.sentence}
    target = Target("finding", str(one.pk), "", "process", str(process.pk))
    processes.record(process, action, target, facts, None, at)
