"""Findings follow what is so: what is new is opened, what is no longer so is ended, each with its event."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from contracts.models import Finding, Process
from contracts.services import processes


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
    return opened


def _record(process: Process, one: Finding, action: str, at: datetime) -> None:
    facts = {"kind": one.kind, "subject": one.subject, "sentence": one.sentence}
    target = Target("finding", str(one.pk), "", "process", str(process.pk))
    processes.record(process, action, target, facts, None, at)
