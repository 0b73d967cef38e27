"""What of a stretch of a log a reader is given: the bodies he may read of what he asked for, the personal values he chose,
and a summary. The same rules as on the page of a story; of everything else there is the hash."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from audit.domain.bundle_layout import DRAW, FRAME, SUMMARY, Watermark
from audit.errors import Invalid, NotVisible
from audit.models import Event
from audit.selectors.evidence import Contents, Disclosure
from audit.selectors.tree import Entry
from audit.services import vault
from contracts import access
from contracts.domain.roles import REVEAL_PERSONAL
from contracts.models import User
from governance.domain.evidence import MOST_DISCLOSED, name_in_words
from governance.domain.quality_account import QualityAccount
from governance.selectors import bodies
from governance.selectors.evidence_scope import Scope
from governance.services import evidence_draws

NOT_ASKED_FOR = "It is not part of what was asked for."
_BLOCK = 1_000  # lines


class Chosen(Contents):
    """The contents of one bundle, decided a thousand entries at a time with the rights the reader has at that moment."""

    def __init__(self, user: User, scope: Scope, fields: Collection[str], mark: Watermark) -> None:
        self._user, self._scope, self._fields, self._mark = user, scope, frozenset(fields), mark
        self._disclosed: list[Disclosure] = []
        self._erased = 0
        self._withheld: Counter[str] = Counter()
        self._actions: Counter[str] = Counter()
        self._processes: set[str] = set()
        self._personal: set[str] = set()
        self._whole = False
        self._scored: list[tuple[int, Event]] = []
        self._quality = QualityAccount()

    @property
    def needs(self) -> dict[str, Any]:
        """The rights without which what was written may not be fetched."""
        return {
            "processes": sorted(self._processes),
            "personal": sorted(self._personal),
            "whole": self._whole,
        }

    def shown(self, entries: Sequence[Entry]) -> Collection[UUID]:
        events = [entry.event for entry in entries]
        uids = self._scope.uids
        asked = events if uids is None else [event for event in events if event.uid in uids]
        withheld = bodies.withheld(self._user, self._scope.log, asked)
        if self._scope.only:
            asked = [event for event in asked if event.uid in withheld or self._belongs(event)]
        shown = {event.uid for event in asked if event.uid not in withheld}
        self._withheld[NOT_ASKED_FOR] += len(events) - len(asked)
        self._withheld.update(withheld.values())
        reveals = self._reveals() if self._fields else frozenset()
        for entry in entries:
            if entry.uid in shown:
                self._take(entry, reveals)
        return shown

    def disclosed(self) -> Collection[Disclosure]:
        return self._disclosed

    def extras(self) -> Iterable[tuple[str, Iterable[bytes]]]:
        told: dict[str, Any] = {
            **self._mark.facts,
            "kind": self._scope.kind.value,
            "log": self._scope.log,
            "client": self._scope.client,
            "process": self._scope.only or (self._scope.process.code if self._scope.uids is not None else ""),
            "since": self._scope.since.isoformat() if self._scope.since else "",
            "until": self._scope.until.isoformat() if self._scope.until else "",
            "events": dict(sorted(self._actions.items())),
            "given_by_hash": {reason: count for reason, count in sorted(self._withheld.items()) if count},
            "fields": [name_in_words(name) for name in sorted(self._fields)],
            "disclosed": len(self._disclosed),
            "erased": self._erased,
            "quality": self._quality.told(),
        }
        if self._scope.draw is not None:
            proof = evidence_draws.proof(self._scope.draw, self._scope.log)
            lines = evidence_draws.frame(self._scope.draw)
            has_frame = proof is not None or bool(lines)
            told["draw"] = evidence_draws.summary(self._scope.draw, self._scored, has_frame=has_frame)
            if has_frame:
                yield FRAME, _blocks(lines)
            if proof is not None:
                yield DRAW, [json.dumps(proof, indent=1, sort_keys=True).encode() + b"\n"]
        yield SUMMARY, [json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"]

    def _belongs(self, event: Event) -> bool:
        return event.content.get("process") == self._scope.only

    def _reveals(self) -> frozenset[str]:
        return frozenset(access.processes(self._user, REVEAL_PERSONAL).values_list("code", flat=True))

    def _take(self, entry: Entry, reveals: frozenset[str]) -> None:
        event = entry.event
        process = str(event.content.get("process", ""))
        self._actions[event.action] += 1
        if process:
            self._processes.add(process)
        else:
            self._whole = True
        if event.action == "qa.submitted" and self._scope.draw is not None:
            self._scored.append((entry.index, event))
        self._quality.take(entry.index, event.action, event.object_id, event.facts)
        for field in sorted(event.sealed) if process in reveals else ():
            if f"{event.action} {field}" in self._fields:
                self._personal.add(process)
                self._show(event, field)

    def _show(self, event: Event, field: str) -> None:
        if len(self._disclosed) >= MOST_DISCLOSED:
            raise Invalid(
                "too_much_shown",
                f"More than {MOST_DISCLOSED:,} personal values would be shown: ask for a shorter period, or for less.",
                "fields",
            )
        try:
            salt, value = vault.disclose(event_uid=event.uid, field=field)
        except NotVisible:
            self._erased += 1
        else:
            self._disclosed.append(Disclosure(event.uid, field, salt, value))


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    left = iter(lines)
    while block := b"".join(islice(left, _BLOCK)):
        yield block
