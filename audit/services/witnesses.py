"""Witnesses: asking other people's programs to confirm that a log only grew, and believing them when they say it did not.

Who they are stands in the policy file (AUDIT_POLICY_FILE), where they are reached there or in AUDIT_WITNESSES.
"""

import http.client
import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from audit.domain import merkle, policy, witnessing
from audit.domain.policy import Witness
from audit.domain.witnessing import Ahead, Answer, Cosigned, Forked, Request, Stale
from audit.models import Checkpoint, Cosignature
from audit.selectors import nodes
from audit.selectors import tree as tree_selectors
from audit.services import rows

logger = logging.getLogger(__name__)

TIMEOUT = 5.0  # seconds
# A witness that was told nothing but its size twice is asked again in the next pass.
_TRIES = 3


class Contradiction(Exception):
    """A witness knows another history of the log, or a longer one, than the one we have."""

    def __init__(self, witness: str, problem: str) -> None:
        super().__init__(problem)
        self.witness = witness
        self.problem = problem


class Unreachable(Exception):
    """A witness did not answer, in time and in HTTP."""


@dataclass
class Asking:
    """One pass over the witnesses: who did not answer once is not asked again in it."""

    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    @classmethod
    def from_settings(cls) -> "Asking":
        """The witnesses of the policy that have an address; ImproperlyConfigured for a policy that is misspelt."""
        file = settings.AUDIT_POLICY_FILE
        known: Mapping[str, Witness] = {}
        if file:
            try:
                known = policy.parse(Path(file).read_bytes()).witnesses
            except (OSError, policy.PolicyError) as error:
                raise ImproperlyConfigured(f"AUDIT_POLICY_FILE: {error}") from None
        if strange := sorted(set(settings.AUDIT_WITNESSES) - set(known)):
            raise ImproperlyConfigured(f"AUDIT_WITNESSES: the policy knows no {', '.join(strange)}")
        urls = {name: settings.AUDIT_WITNESSES.get(name) or one.url for name, one in known.items()}
        return cls(known, {name: url for name, url in urls.items() if url})

    def confirm(self, *, log: str, checkpoint: Checkpoint, at: datetime, fresh: timedelta) -> int:
        """Ask whoever has not confirmed this checkpoint lately; returns how many did.

        Their signatures are checked and kept. Contradiction where one of them knows better; whoever does not answer,
        or does not watch this log, is asked another time.
        """
        confirmed = 0
        for name, url in self.urls.items():
            if name in self.silent or self._is_fresh(name, checkpoint, at - fresh):
                continue
            try:
                confirmed += self._ask(name, url, log, checkpoint, at)
            except Unreachable as problem:
                self.silent.add(name)
                logger.warning("Witness %s does not answer: %s", name, problem)
        return confirmed

    def _is_fresh(self, name: str, checkpoint: Checkpoint, since: datetime) -> bool:
        return Cosignature.objects.filter(
            log_id=checkpoint.log_id,
            size=checkpoint.size,
            key_name=self.witnesses[name].key.name,
            received_at__gt=since,
        ).exists()

    def _ask(self, name: str, url: str, log: str, checkpoint: Checkpoint, at: datetime) -> bool:
        key = self.witnesses[name].key
        old = self._last_size(key.name, checkpoint)
        for _ in range(_TRIES):
            answer = self._once(name, url, checkpoint, old)
            match answer:
                case Cosigned():
                    if not answer.signatures:
                        logger.warning(
                            "Witness %s signed log %s with a key that is not in the policy", name, log
                        )
                        return False
                    rows.append_rows(
                        Cosignature,
                        [
                            (
                                checkpoint.log_id,
                                checkpoint.size,
                                signature.name,
                                signature.line.rstrip("\n"),
                                at,
                            )
                            for signature in answer.signatures
                        ],
                    )
                    return True
                case Stale(size=known):
                    old = known
                case Ahead(size=known):
                    newest = tree_selectors.latest_checkpoint(log)
                    if newest is None or known > newest.size:
                        raise Contradiction(
                            name,
                            f"a witness has confirmed {known} entries, and here are {checkpoint.size}: "
                            "is it an old backup?",
                        )
                    # A later checkpoint was faster than this one.
                    return False
                case Forked(reason=reason):
                    raise Contradiction(name, f"a witness knows another history: {reason}")
                case refused:
                    # 404: it does not watch this log.
                    level = logging.DEBUG if refused.status == 404 else logging.WARNING
                    logger.log(level, "Witness %s does not confirm log %s: %s", name, log, refused.reason)
                    return False
        return False

    def _last_size(self, key_name: str, checkpoint: Checkpoint) -> int:
        sizes = Cosignature.objects.filter(
            log_id=checkpoint.log_id, size__lte=checkpoint.size, key_name=key_name
        )
        return sizes.order_by("-size").values_list("size", flat=True).first() or 0

    def _once(self, name: str, url: str, checkpoint: Checkpoint, old: int) -> Answer:
        proof: list[bytes] = []
        if 0 < old < checkpoint.size:
            wanted = merkle.nodes_of(merkle.consistency_ranges(old, checkpoint.size))
            node = nodes.lookup(checkpoint.log_id, checkpoint.size, wanted)
            proof = merkle.consistency_proof(old, checkpoint.size, node)
        body = witnessing.write_request(old_size=old, proof=proof, signed=bytes(checkpoint.note))
        status, kind, reply = post(f"{url.rstrip('/')}/{witnessing.PATH}", body)
        return witnessing.read_answer(
            request=Request(old, tuple(proof), bytes(checkpoint.note)),
            status=status,
            content_type=kind,
            body=reply,
            keys=[self.witnesses[name].key],
        )


def post(
    url: str,
    body: bytes,
    *,
    timeout: float = TIMEOUT,
    kind: str = "text/plain; charset=utf-8",
    most: int = witnessing.MAX_ANSWER_BYTES,
) -> tuple[int, str, bytes]:
    """Status, content type and body of the answer; Unreachable where there is none within the time, all in all."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unreachable(f"{url} is no address that can be asked")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    deadline = time.monotonic() + timeout
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=timeout, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request("POST", target, body, {"Content-Type": kind})
        answer = connection.getresponse()
        received = b""
        while len(received) <= most and (part := answer.read1(65_536)):
            received += part
            if time.monotonic() > deadline:
                raise Unreachable("it answers too slowly")
        return answer.status, answer.getheader("Content-Type", ""), received
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
