"""Whose signatures count here for a log: its own public keys, and the witnesses the operator and the client agreed on.

It is the portal checking itself. Strangers bring their own policy, and are told to.
"""

from pathlib import Path

from django.conf import settings

from audit.domain import policy
from audit.domain.note_keys import VerifierKey
from audit.domain.policy import Log, Policy, Witness
from audit.services import outside


def policy_of(log: str) -> Policy:
    """The log's public keys as they were published, and the witnesses of the operator's policy. A key that cannot be
    read is not known; whether enough witnesses cosigned is left to whoever reads their names."""
    return Policy(logs=tuple(Log(key) for key in keys_of(log)), witnesses=_witnesses())


def keys_of(log: str) -> list[VerifierKey]:
    """The public keys under which the log is signed now; none where none can be read."""
    try:
        return [VerifierKey.parse(vkey) for vkey in outside.vkeys(log)]
    except (ValueError, outside.OutsideError):
        return []


def _witnesses() -> dict[str, Witness]:
    if not settings.AUDIT_POLICY_FILE:
        return {}
    try:
        return dict(policy.parse(Path(settings.AUDIT_POLICY_FILE).read_bytes()).witnesses)
    except (OSError, policy.PolicyError):
        return {}
