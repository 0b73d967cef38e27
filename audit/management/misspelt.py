"""Commands of the trail: their help keeps its lines, and one that is misspelt ends with status 3.

The statuses 1 and 2 say something about the trail, and whoever runs a command by the clock goes by them.
"""

import sys
from argparse import RawTextHelpFormatter
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

UNREADABLE = 3


class TrailCommand(BaseCommand):
    """A command whose exit status is documented: 3 also for arguments that nobody can mean."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", RawTextHelpFormatter)
        parser = super().create_parser(prog_name, subcommand, **kwargs)

        def error(message: str) -> NoReturn:
            if not parser.called_from_command_line:
                raise CommandError(f"Error: {message}", returncode=UNREADABLE)
            parser.print_usage(sys.stderr)
            parser.exit(UNREADABLE, f"{parser.prog}: {message}\n")

        parser.error = error  # type: ignore[method-assign]
        return parser
