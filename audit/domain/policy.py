"""Policies (C2SP tlog-policy): whose signatures make a checkpoint worth believing.

A policy names logs, witnesses, groups of witnesses, and the quorum. A checkpoint holds when the log whose origin it
bears signed it and the quorum cosigned it. Names of witnesses mean something inside the file only.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from audit.domain import checkpoint, note
from audit.domain.checkpoint import Checkpoint
from audit.domain.note import Opened
from audit.domain.note_keys import Kind, VerifierKey

MAX_BYTES = 1_000_000
MAX_NAMES = 256
NONE = "none"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_LOG_KINDS = (Kind.ED25519, Kind.ML_DSA_44)
_WITNESS_KINDS = (Kind.COSIGNATURE, Kind.ML_DSA_44)


class PolicyError(ValueError):
    """A policy that is misspelt; the message names the line."""


class Unmet(ValueError):
    """A checkpoint whose good signatures are not those the policy asks for."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log whose checkpoints are accepted."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness, under the name it has in the file."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these members, each a witness or a group."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy file says; made by `parse` or `of_logs`."""

    logs: tuple[Log, ...] = ()
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key the policy knows, each once."""
        named = [log.key for log in self.logs] + [witness.key for witness in self.witnesses.values()]
        return tuple(dict.fromkeys(named))

    def witnessed(self, signers: Iterable[VerifierKey]) -> bool:
        """Whether keys that cosigned are a quorum."""
        return self.quorum == NONE or self._holds(self.quorum, frozenset(signers))

    def _holds(self, name: str, signers: frozenset[VerifierKey]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key in signers
        group = self.groups[name]
        return sum(self._holds(member, signers) for member in group.members) >= group.threshold

    def check(self, tree: Checkpoint, signers: Iterable[VerifierKey]) -> None:
        """Unmet unless the log of this origin and a quorum of witnesses are among the signers."""
        signed = frozenset(signers)
        logs = [log.key for log in self.logs if log.key.name == tree.origin]
        if not logs:
            raise Unmet(f"The policy knows no log {tree.origin}")
        if not signed.intersection(logs):
            raise Unmet(f"No key of {tree.origin} that the policy knows signed this checkpoint")
        if not self.witnessed(signed):
            there = sum(witness.key in signed for witness in self.witnesses.values())
            raise Unmet(
                f"The quorum {self.quorum} is not met: {there} of {len(self.witnesses)} witnesses cosigned"
            )


def open_checkpoint(data: bytes, policy: Policy) -> tuple[Checkpoint, Opened]:
    """The tree a signed checkpoint commits to, believed because the policy is met.

    NoteError (or one of its kinds) for what is no checkpoint or is badly signed, Unmet where signatures are missing.
    """
    opened = note.open_note(data, policy.keys)
    try:
        tree = checkpoint.parse(opened.text)
    except ValueError as error:
        raise note.NoteError(f"The note is no checkpoint: {error}") from None
    policy.check(tree, opened.keys)
    return tree, opened


def of_logs(keys: Iterable[VerifierKey]) -> Policy:
    """The policy that asks for one of these logs' signatures and no witness."""
    return Policy(logs=tuple(Log(key) for key in keys))


def parse(data: bytes) -> Policy:
    """The policy a file says; PolicyError, naming the line, for anything that is not one."""
    if len(data) > MAX_BYTES:
        raise PolicyError(f"A policy has at most {MAX_BYTES} bytes")
    reader = _Reader()
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            reader.read(_words(line))
        except ValueError as error:
            raise PolicyError(f"Line {number}: {error}") from None
    if not reader.quorum:
        raise PolicyError("The policy has no quorum line; one that asks for no witness says `quorum none`")
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


def _words(line: bytes) -> list[str]:
    if any(octet != 0x09 and (octet < 0x20 or octet == 0x7F) for octet in line):
        raise ValueError("a control character, or a line that ends in another way than with a newline")
    # Names are bytes to a policy: what is no UTF-8 is carried along as it is.
    text = line.decode(errors="surrogateescape").strip(" \t")
    return [] if text.startswith("#") or not text else re.split(r"[ \t]+", text)


class _Reader:
    """What has been read of a policy, so that a line can only name what stands above it."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum = ""

    def read(self, words: list[str]) -> None:
        match words:
            case []:
                pass
            case ["log", vkey, *url] if len(url) < 2:
                key = _key(vkey, _LOG_KINDS, "log")
                self._check_new(key, (log.key for log in self.logs))
                self.logs.append(Log(key, "".join(url)))
            case ["witness", name, vkey, *url] if len(url) < 2:
                self._check_name(name)
                key = _key(vkey, _WITNESS_KINDS, "witness")
                self._check_new(key, (witness.key for witness in self.witnesses.values()))
                self.witnesses[name] = Witness(name, key, "".join(url))
            case ["group", name, threshold, _, *_]:
                self._check_name(name)
                self.groups[name] = self._group(name, threshold, words[3:])
            case ["quorum", name]:
                if self.quorum:
                    raise ValueError("a second quorum line")
                if name != NONE:
                    self._check_defined(name)
                self.quorum = name
            case _:
                raise ValueError(f"this is no line of a policy: {words[0][:60]!r}")

    def _group(self, name: str, threshold: str, members: list[str]) -> Group:
        for member in members:
            self._check_defined(member)
            if member in self.members:
                raise ValueError(f"{member!r} is in a group already")
            self.members.add(member)
        words = {"any": 1, "all": len(members)}
        if threshold not in words and _NUMBER.fullmatch(threshold) is None:
            raise ValueError(f"{threshold[:60]!r} is not any, all or a number")
        count = words[threshold] if threshold in words else int(threshold)
        if count > len(members):
            raise ValueError(f"{count} of {len(members)} members can never be reached")
        return Group(name, count, tuple(members))

    def _check_name(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(f"the name {name!r} is taken")
        if len(self.witnesses) + len(self.groups) >= MAX_NAMES:
            raise ValueError(f"more than {MAX_NAMES} witnesses and groups")

    def _check_defined(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise ValueError(f"{name!r} is not defined above this line")

    def _check_new(self, key: VerifierKey, known: Iterator[VerifierKey]) -> None:
        if any(key.public == other.public for other in known):
            raise ValueError("this public key is there already")


def _key(vkey: str, kinds: tuple[Kind, ...], what: str) -> VerifierKey:
    try:
        vkey.encode()
    except UnicodeEncodeError:
        raise ValueError("the name of a key is UTF-8") from None
    key = VerifierKey.parse(vkey)
    if key.kind not in kinds:
        raise ValueError(f"a {what} does not sign with a key of type {key.kind:#04x}")
    return key
