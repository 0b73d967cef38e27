"""`manage.py audit_protect`: the roles that keep the portal from changing its own trail."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from audit.domain import protection
from audit.management.misspelt import TrailCommand
from audit.selectors import protection as selectors
from audit.services import protecting

DIFFERENT, UNREADABLE = 1, 3


class Command(TrailCommand):
    help = (
        "Protect the tables of the trail by roles of PostgreSQL: an owner that cannot log in, the portal that\n"
        "adds and reads, the sequencer that builds the trees, an auditor that reads.\n\n"
        "Exit status: 0 all is as it should be, 1 it is not (event audit.protection_changed), 3 this database\n"
        "has no roles, or the login is not allowed to make them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument(
            "--sql",
            metavar="LOGIN",
            help="print the script that makes the roles, for this login of the portal",
        )
        way.add_argument("--apply", metavar="LOGIN", help="run that script (as a superuser)")
        way.add_argument("--check", action="store_true", help="compare the database with what it should be")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(
                "Only PostgreSQL has roles; SQLite has its triggers alone.", returncode=UNREADABLE
            )
        if options["sql"]:
            script = protection.script(_quoted(options["sql"]), selectors.partitions())
            self.stdout.write(f"BEGIN;\n{script}COMMIT;")
        elif options["apply"]:
            try:
                protecting.apply(login=_quoted(options["apply"]))
            except DatabaseError as error:
                raise CommandError(str(error), returncode=UNREADABLE) from None
        elif found := protecting.check(at=timezone.now()):
            raise CommandError("\n".join(found), returncode=DIFFERENT)
        else:
            self.stdout.write("All is as it should be")


def _quoted(login: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(%s)", [login])
        return cursor.fetchone()[0]
