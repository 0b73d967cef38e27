"""`manage.py audit_prune`: remove the texts of events whose period is over; their hashes and all proofs stay."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from audit.errors import Refused
from audit.management.misspelt import TrailCommand
from audit.selectors import pruning as selector
from audit.selectors.pruning import Plan
from audit.services import pruning
from audit.services.pruning import Kept

NOTHING, REFUSED, UNREADABLE = 0, 2, 3


class Command(TrailCommand):
    help = (
        "Remove the texts of events whose period is over: on PostgreSQL whole partitions of ten million events,\n"
        "on SQLite everything up to the first event that must stay. Hashes, tiles, checkpoints and proofs stay.\n\n"
        "A part goes where each of its events, of every log, is past its period, has its place in the tree under a\n"
        "signed checkpoint, was read by every projection, is held by nobody, is what its hash says, and has no\n"
        "personal values, its own or of its matter, in the vault any more; and where its texts are kept\n"
        "in bundles (--archive, --exported) or it is said why not (--no-export). What is in the partition for the\n"
        "rest (audit_event_rest) stays.\n\n"
        "Run it with the login that owns the tables: the portal's own must not be able to. Run audit_fsck after it.\n"
        "Exit status: 0 done or nothing to do, 2 something stands in the way, 3 the login is not allowed to, or a\n"
        "file cannot be read or written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--dry-run", action="store_true", help="say what would go and what stays, and why")
        way.add_argument("--archive", type=Path, metavar="DIR", help="write a bundle of each log there first")
        way.add_argument(
            "--exported",
            type=Path,
            action="append",
            metavar="FILE",
            help="a bundle that was exported with all texts; may be repeated",
        )
        way.add_argument("--no-export", metavar="REASON", help="keep the texts nowhere; the reason is sealed")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        plans = pruning.plans(at=at)
        self._tell(plans)
        if options["dry_run"]:
            return
        going = pruning.removable(plans)
        if not going:
            self.stdout.write("Nothing goes.")
            return
        for plan in going:
            try:
                tombstones = pruning.prune(plan, kept=self._kept(plan, options, at), at=at)
            except Refused as refusal:
                raise CommandError(refusal.sentence, returncode=REFUSED) from None
            except OSError as error:
                raise CommandError(f"{error.filename}: {error.strerror}", returncode=UNREADABLE) from None
            except DatabaseError as error:
                raise CommandError(_why(error), returncode=UNREADABLE) from None
            for event in tombstones:
                facts = event.facts
                self.stdout.write(
                    f"{event.content['log']}: the texts of {facts['entries']} entries, {facts['first_index']} to "
                    f"{facts['end_index'] - 1}, are gone; tombstone {event.uid}"
                )

    def _kept(self, plan: Plan, options: dict[str, Any], at: datetime) -> Kept:
        if options["archive"]:
            return pruning.archive(plan, folder=options["archive"], at=at)
        if options["exported"]:
            return pruning.named(plan, options["exported"])
        return Kept(reason=options["no_export"])

    def _tell(self, plans: list[Plan]) -> None:
        for plan in plans:
            self.stdout.write(f"{plan.part}: {'may go' if plan.may_go else 'stays'}")
            for share in plan.shares:
                self.stdout.write(
                    f"  {share.log}: {share.entries} entries, {share.first_index} to {share.end_index - 1}, kept for "
                    f"{share.days} days ({', '.join(share.jurisdictions)})"
                )
            for obstacle in plan.obstacles:
                self.stdout.write(f"  {obstacle}")
        if rest := selector.in_rest():
            self.stdout.write(f"{selector.REST}: stays, with {rest} events; it is never pruned")


def _why(error: DatabaseError) -> str:
    """What the database said, and what to do where it is about rights."""
    said = str(error).splitlines()[0]
    if "must be owner" in said or "permission denied" in said:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            user = cursor.fetchone()[0]
        return (
            f"The login {user} may not remove texts ({said}). Run this with the login that owns the tables of the "
            "trail: give its DATABASE_URL for this one command."
        )
    return f"Nothing was removed: {said}"
