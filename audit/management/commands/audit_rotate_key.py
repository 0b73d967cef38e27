"""`manage.py audit_rotate_key`: change the key that signs the logs."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit.management.misspelt import TrailCommand
from audit.services import rotation


class Command(TrailCommand):
    help = (
        "Change the key that signs the logs, and print the new public keys, for the policies of those who\n"
        "check them.\n\n"
        "Both keys sign until the overlap ends; each log says so in the event log.key_rotated. With --revoke\n"
        "the old key is dropped at once (event log.key_revoked): its old signatures then count only where a\n"
        "witness or a timestamp shows that they are older. Back the key file up afterwards. Exit status: 0."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--overlap",
            type=float,
            metavar="HOURS",
            default=rotation.OVERLAP / timedelta(hours=1),
            help="how long both keys sign (%(default)s)",
        )
        way.add_argument(
            "--revoke", action="store_true", help="the old key may be in other hands: drop it now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        if options["revoke"]:
            vkeys = rotation.revoke(at=at)
        else:
            vkeys = rotation.rotate(at=at, overlap=timedelta(hours=options["overlap"]))
        for vkey in vkeys:
            self.stdout.write(vkey)
