"""`manage.py draw_qa`: draw the QA sample of a process for one day, show it, or draw it again to compare."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.errors import Refused
from contracts.models import Process
from reviews.domain import windows
from reviews.enums import DrawState
from reviews.models import Draw
from reviews.selectors import draws as selector
from reviews.selectors import redrawing
from reviews.selectors.redrawing import NOT_FIXED, Verification
from reviews.services import draws

REFUSED, DIFFERENT, WAITS = 1, 3, 4


_COMPARED = ("DIFFERENT", "equal")
WORDS = {
    "frame": (f"DIFFERENT: {NOT_FIXED}", "equal"),
    "items": _COMPARED,
    "seed": _COMPARED,
    "today": ("what went out that day reads differently now; the frame stands as it was fixed", "as then"),
}


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date: write it as YYYY-MM-DD") from None


class Command(BaseCommand):
    help = (
        "Draw the QA sample of one day of a process and print it: its size, share, frame hash and ids. First the frame is"
        " fixed; the first checkpoint of the log that covers it gives the seed. A day is drawn once; asked again, the"
        " command prints the same draw."
    )
    epilog = (
        "Exit status: 0 drawn (or drawn before), or equal with --verify; 1 refused, for instance before 01:00 of the"
        " next day; 2 wrong arguments; 3 with --verify, if drawing again gave something else; 4 the frame is fixed, and the"
        " checkpoint is not there yet that gives the seed: run it again later, or leave it to the sweep."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, epilog=self.epilog, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--process", required=True, metavar="CODE", help="code of the process, such as AP-INV"
        )
        parser.add_argument(
            "--date",
            required=True,
            type=day,
            metavar="YYYY-MM-DD",
            help="local day of the process to draw from",
        )
        parser.add_argument(
            "--verify",
            action="store_true",
            help="draw again from the stored seed and compare; draws nothing new",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            draw = self._draw(options)
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=REFUSED) from None
        if draw.state != DrawState.DRAWN:
            self._say_waiting(draw, options)
        verified = redrawing.verify(draw=draw) if options["verify"] else None
        told = _told(draw, options["date"], verified)
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=2))
        else:
            self._write(told)
        if verified is not None and not verified.equal:
            why = "" if verified.frame_equal else f" {NOT_FIXED}"
            raise CommandError(f"Drawing again gave something else: see above.{why}", returncode=DIFFERENT)

    def _draw(self, options: dict[str, Any]) -> Draw:
        code = options["process"]
        process = Process.objects.select_related("client", "calendar").filter(code=code).first()
        if process is None:
            raise CommandError(f"There is no process {code!r}.", returncode=REFUSED)
        if not options["verify"]:
            return draws.draw(process=process, day=options["date"], at=timezone.now())
        draw = selector.of_window(process, windows.of_day(options["date"], process.time_zone))
        if draw is None or draw.state != DrawState.DRAWN:
            raise CommandError(f"{code} was not drawn for {options['date']}.", returncode=REFUSED)
        return draw

    def _say_waiting(self, draw: Draw, options: dict[str, Any]) -> None:
        waits = draws.waits_for(draw=draw, at=timezone.now())
        told = {
            "process": draw.process.code,
            "date": options["date"].isoformat(),
            "draw": str(draw.pk),
            "state": draw.state,
            "frame_size": draw.frame_size,
            "frame_hash": draw.frame_hash,
            "waits_for": waits,
        }
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=2))
        else:
            self.stdout.write(f"{told['process']} {told['date']}: a frame of {draw.frame_size} is fixed")
            self.stdout.write(f"frame hash {draw.frame_hash}")
        raise CommandError(waits or "It can be drawn now: run it again.", returncode=WAITS)

    def _write(self, told: dict[str, Any]) -> None:
        share = (
            f"{100 * told['size'] / told['frame_size']:.1f} %" if told["frame_size"] else "nothing went out"
        )
        lines = [
            f"{told['process']} {told['date']}: n = {told['size']} of {told['frame_size']} ({share})",
            f"plan       {100 * float(told['fraction']):.1f} %",
            f"frame hash {told['frame_hash']}",
            f"seed       {told['seed']} ({told['seed_kind']})",
        ]
        if told["checkpoint_size"] is not None:
            by = f", confirmed by {told['witness']}" if told["witness"] else ""
            lines.append(f"checkpoint {told['checkpoint_hash']} of {told['checkpoint_size']} entries{by}")
        if told["verified"] is not None:
            lines += [f"{name:<10} {WORDS[name][same]}" for name, same in told["verified"].items()]
        for line in [*lines, *told["items"]]:
            self.stdout.write(line)


def _told(draw: Draw, on: date, verified: Verification | None) -> dict[str, Any]:
    items = sorted(str(pk) for pk in draw.evaluations.values_list("interaction", flat=True))
    return {
        "process": draw.process.code,
        "date": on.isoformat(),
        "draw": str(draw.pk),
        "size": draw.size,
        "frame_size": draw.frame_size,
        "fraction": str(draw.fraction),
        "frame_hash": draw.frame_hash,
        "seed": draw.seed,
        "seed_kind": draw.get_seed_kind_display().lower(),
        "seed_reason": draw.seed_reason,
        "checkpoint_size": draw.checkpoint_size,
        "checkpoint_hash": draw.checkpoint_hash,
        "witness": draw.witness,
        "small_process": draw.small_process,
        "strata": draw.strata,
        "verified": None
        if verified is None
        else {
            "frame": verified.frame_equal,
            "items": verified.items_equal,
            "seed": verified.seed_equal,
            "today": verified.unchanged,
        },
        "items": items,
    }
