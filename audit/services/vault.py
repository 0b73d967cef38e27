"""The vault: personal values sealed under a key per subject, so that they can be erased and the trail still holds."""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from audit.domain import commitment
from audit.domain.ids import new_id
from audit.errors import NotVisible
from audit.models import Event, PrivateValue, Pruning, SubjectKey
from audit.selectors import retention
from audit.services import keyfile

NONCE_BYTES = 12
_ERASED = "This personal value was erased."
_PRUNED = "This personal value is gone, and so is the text it belonged to: their period was over."
_CHUNK = 400  # subjects in one statement, within what SQLite takes
_HOLD = "SELECT * FROM audit_subjectkey WHERE log = %s AND subject = ANY(%s) AND destroyed_at IS NULL FOR KEY SHARE"

Owner = tuple[str, str]  # log and subject


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value ready to be stored, and the commitment that goes into the body of its event."""

    commitment: str
    stored: PrivateValue


class Keys:
    """The live keys of some subjects, unwrapped; they live as long as the call that needs them."""

    def __init__(self, owners: Collection[Owner]) -> None:
        self._ciphers = _live_keys(set(owners)) if owners else {}

    def seal(self, *, owner: Owner, event_uid: UUID, field: str, value: str) -> Sealed:
        """Commit to the value under a fresh salt, and encrypt both for this event and field only."""
        key_id, cipher = self._ciphers[owner]
        noise = os.urandom(NONCE_BYTES + commitment.SALT_BYTES)
        nonce, salt = noise[:NONCE_BYTES], noise[NONCE_BYTES:]
        ciphertext = nonce + cipher.encrypt(nonce, salt + value.encode(), _bound_to(event_uid, field))
        return Sealed(
            commitment=commitment.commit(salt=salt, path=field, value=value),
            stored=PrivateValue(
                event_uid=event_uid, field=field, ciphertext=ciphertext, subject_key_id=key_id
            ),
        )


def reveal(*, event_uid: UUID, field: str) -> str:
    """The personal value of an event. NotVisible with code `erased` when it is gone, `unknown` when it never was.

    Who may see it, and the event that says they did, are the caller's business.
    """
    return disclose(event_uid=event_uid, field=field)[1]


def disclose(*, event_uid: UUID, field: str) -> tuple[bytes, str]:
    """Salt and value, with which anyone can check the commitment in the event; NotVisible as for `reveal`."""
    stored = (
        PrivateValue.objects.select_related("subject_key").filter(event_uid=event_uid, field=field).first()
    )
    if stored is None or stored.subject_key.destroyed_at is not None:
        event = Event.objects.filter(uid=event_uid).first()
        if event is None and stored is not None:
            raise NotVisible("erased", _ERASED)
        if event is None and Pruning.objects.exists():
            # Whoever names an event of ours names one whose text was pruned after its values had gone.
            raise NotVisible("erased", _PRUNED)
        if event is None or field not in event.sealed:
            raise NotVisible("unknown", "There is no such personal value.")
        found = retention.gone([event]).get((event_uid, field))
        raise NotVisible("erased", f"This personal value was {found.sentence}." if found else _ERASED)
    ciphertext = bytes(stored.ciphertext)
    nonce, sealed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
    plain = _unwrap(stored.subject_key).decrypt(nonce, sealed, _bound_to(event_uid, field))
    return plain[: commitment.SALT_BYTES], plain[commitment.SALT_BYTES :].decode()


def _bound_to(event_uid: UUID, field: str) -> bytes:
    return event_uid.bytes + b"\x00" + field.encode()


def _live_keys(owners: set[Owner]) -> dict[Owner, tuple[UUID, AESGCM]]:
    found = _read(owners)
    if missing := owners - found.keys():
        # Sorted, so that two transactions that meet wait for each other in one order; whoever comes second reads the
        # first one's key.
        SubjectKey.objects.bulk_create([_new_key(*owner) for owner in sorted(missing)], ignore_conflicts=True)
        found |= _read(missing)
    return found


def _read(owners: Iterable[Owner]) -> dict[Owner, tuple[UUID, AESGCM]]:
    by_log: dict[str, list[str]] = {}
    for log, subject in owners:
        by_log.setdefault(log, []).append(subject)
    found = {}
    for log, subjects in by_log.items():
        for start in range(0, len(subjects), _CHUNK):
            for key in _live(log, subjects[start : start + _CHUNK]):
                found[key.log, key.subject] = (key.id, _unwrap(key))
    return found


def _live(log: str, subjects: list[str]) -> Iterable[SubjectKey]:
    """The live keys of these subjects, held until the transaction ends: the foreign key of what is sealed would hold
    them a moment later, and a purge must not destroy one in between."""
    if connection.vendor == "postgresql":
        return SubjectKey.objects.raw(_HOLD, [log, subjects])
    return SubjectKey.objects.filter(log=log, subject__in=subjects, destroyed_at=None)


def _new_key(log: str, subject: str) -> SubjectKey:
    key = SubjectKey(id=new_id(), log=log, subject=subject)
    nonce = os.urandom(NONCE_BYTES)
    key.wrapped_key = nonce + keyfile.cipher().encrypt(nonce, AESGCM.generate_key(256), _wrapped_for(key))
    return key


def _unwrap(key: SubjectKey) -> AESGCM:
    wrapped = bytes(key.wrapped_key)
    return AESGCM(keyfile.cipher().decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _wrapped_for(key)))


def _wrapped_for(key: SubjectKey) -> bytes:
    return b"subject-key\x00" + key.id.bytes + key.log.encode() + b"\x00" + key.subject.encode()
