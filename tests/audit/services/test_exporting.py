"""Evidence that leaves the house: verified by the program that goes with it, and by nothing of ours (M8, F9)."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from audit import presenters
from audit.domain import note, policy
from audit.domain.bundle_layout import (
    CHECKPOINT,
    ENTRIES,
    EVENTS,
    MANIFEST,
    ORDER,
    README,
    SHEET,
    VERIFIER,
    Watermark,
)
from audit.domain.checkpoint import Checkpoint as Tree
from audit.domain.note_keys import Kind, SigningKey
from audit.errors import Conflict, NotVisible
from audit.models import Checkpoint, Event, Log
from audit.selectors import evidence, tree
from audit.services import erasure, exporting, recording, rows, vault
from tests.audit import growing
from tests.audit.conftest import AT, REVIEWER, entry, sealed

KEY = SigningKey("countersign.example/client-1", Kind.ED25519, b"k" * 32)
POLICY = f"log {KEY.verifier}\nquorum none\n".encode()


def sign(log: str = "client-1") -> Checkpoint:
    """A checkpoint over all that has its place."""
    state = tree.state(log)
    signed = note.sign(Tree(KEY.name, state.size, bytes(state.root)).text, [KEY])
    rows.append_rows(Checkpoint, [(Log.objects.get(key=log).id, state.size, bytes(state.root), signed, AT)])
    found = tree.latest_checkpoint(log)
    assert found is not None
    return found


def export(selection: evidence.Selection) -> bytes:
    out = io.BytesIO()
    exporting.export(out, selection, policy=POLICY, purpose="A test", by=REVIEWER, at=AT)
    return out.getvalue()


def verify(bundle: bytes, folder: Path, *options: str) -> tuple[int, str]:
    """What the program in the bundle says of it, in a Python that knows nothing of the portal."""
    path, trusted = folder / "bundle.zip", folder / "trusted-policy"
    path.write_bytes(bundle)
    trusted.write_bytes(POLICY)
    with zipfile.ZipFile(path) as archive:
        (folder / VERIFIER).write_bytes(archive.read(VERIFIER))
    command = [sys.executable, "-I", str(folder / VERIFIER), "bundle", str(path), "--policy", str(trusted)]
    ended = subprocess.run([*command, *options], capture_output=True, text=True, check=False, cwd=folder)
    return ended.returncode, ended.stdout + ended.stderr


def entries(bundle: bytes) -> list[dict]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return [json.loads(line) for line in archive.read(ENTRIES).splitlines()]


@pytest.fixture
def grown(log) -> list[Event]:
    """Three hundred events in their places: the first tile is full, the second is not."""
    return growing.sequenced(300)


def test_a_period_is_proven_complete_to_a_stranger(grown, tmp_path):
    sign()

    bundle = export(evidence.Selection("client-1", 40, 290))

    assert verify(bundle, tmp_path)[0] == 0
    assert [one["index"] for one in entries(bundle)] == list(range(40, 290))
    assert all("body" in one for one in entries(bundle))


@pytest.mark.parametrize(
    ("_case", "code", "spoil"),
    [
        ("an entry left out", 1, lambda lines: lines[:100] + lines[101:]),
        ("two entries swapped", 1, lambda lines: [*lines[:9], lines[10], lines[9], *lines[11:]]),
        ("the last one missing", 2, lambda lines: lines[:-1]),
        (
            "a body of another entry",
            1,
            lambda lines: [lines[1].replace(b'"index":41', b'"index":40'), *lines[1:]],
        ),
    ],
)
def test_a_bundle_that_was_changed_is_refused(grown, tmp_path, _case, code, spoil):
    sign()
    bundle = export(evidence.Selection("client-1", 40, 290))
    assert verify(bundle, tmp_path)[0] == 0

    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == ENTRIES:
                content = b"".join(spoil(content.splitlines(keepends=True)))
            new.writestr(name, content)

    assert verify(changed.getvalue(), tmp_path)[0] == code


def test_the_period_is_that_of_recording(grown):
    later = growing.sequenced(5)
    sign()
    first = min(event.recorded_at for event in later)
    assert first > max(event.recorded_at for event in grown)

    found = evidence.of_period(log="client-1", since=first, until=first + timedelta(hours=1))

    # The log itself was opened by an event, which is its first entry.
    begin = tree.leaf_of_event(later[0].uid).index
    assert (found.begin, found.end, found.shown) == (begin, begin + 5, None)
    with pytest.raises(NotVisible):
        evidence.of_period(log="client-1", since=first - timedelta(days=9), until=first - timedelta(days=8))


def test_what_is_not_asked_for_is_there_without_its_content(grown, tmp_path):
    """One matter in a log of many: everything between is counted, and nothing of it is told."""
    sign()
    wanted = {grown[10].uid, grown[20].uid}

    bundle = export(evidence.of_events(log="client-1", uids=wanted))

    assert verify(bundle, tmp_path)[0] == 0
    lines = entries(bundle)
    assert len(lines) == 11
    assert [number for number, one in enumerate(lines) if "body" in one] == [0, 10]
    for event in grown[11:20]:
        assert str(event.uid).encode() not in bundle


def test_a_disclosed_value_is_checked_against_its_event(log, tmp_path):
    (event,) = recording.record_many([entry(**sealed())])
    growing.sequenced(3)
    sign()
    salt, value = vault.disclose(event_uid=event.uid, field="comment")
    shown = (evidence.Disclosure(event.uid, "comment", salt, value),)
    place = tree.leaf_of_event(event.uid).index

    told = export(evidence.Selection("client-1", place, place + 2, disclosed=shown))
    silent = export(evidence.Selection("client-1", place, place + 2))
    forged = (evidence.Disclosure(event.uid, "comment", salt, "Bob wrote this"),)
    lied = export(evidence.Selection("client-1", place, place + 2, disclosed=forged))

    assert [verify(bundle, tmp_path)[0] for bundle in (told, silent, lied)] == [0, 0, 1]
    erasure.erase_subject(log="client-1", subject="subject-1", legal_basis="Art. 17", by=REVIEWER, at=AT)
    assert verify(told, tmp_path)[0] == 0, "erasure takes the value from us, and no proof from anybody"


def test_the_export_is_an_event_that_names_the_bundle(grown):
    signed = sign()

    bundle = export(evidence.Selection("client-1", 0, 300))

    told = Event.objects.filter(action="evidence.exported").get()
    assert told.facts["sha256"] == hashlib.sha256(bundle).hexdigest()
    assert told.facts["bytes"] == len(bundle)
    assert (told.facts["first_index"], told.facts["end_index"], told.facts["tree_size"]) == (
        0,
        300,
        signed.size,
    )


def test_the_same_selection_gives_the_same_bytes(grown):
    sign()

    first, second = (export(evidence.Selection("client-1", 3, 200)) for _ in range(2))

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == [name for name in ORDER if name in archive.namelist()]
        assert archive.read(CHECKPOINT).startswith(KEY.name.encode())


def test_nothing_leaves_before_it_is_signed(log):
    growing.sequenced(10)
    sign()
    newest = growing.sequenced(2)
    count = Event.objects.count()

    with pytest.raises(Conflict) as refused:
        export(evidence.of_events(log="client-1", uids=[event.uid for event in newest]))

    assert refused.value.code == "not_signed_yet"
    assert Event.objects.count() == count
    assert policy.parse(POLICY).keys


MARK = Watermark("e-1", "Lena Lead, Provider", "4 Mar 2026, 09:30 UTC", "Yearly\naudit")


def export_readable(mark: Watermark = MARK, begin: int = 40, end: int = 290) -> bytes:
    out = io.BytesIO()
    exporting.export(
        out,
        evidence.Selection("client-1", begin, end),
        policy=POLICY,
        purpose="A test",
        by=REVIEWER,
        at=AT,
        reading=evidence.Reading(presenters.sentence, mark),
    )
    return out.getvalue()


def test_m8_the_same_events_stand_beside_for_people_and_spreadsheets(grown, tmp_path):
    sign()

    bundle = export_readable()

    code, said = verify(bundle, tmp_path)
    assert code == 0
    assert "events.jsonl, events.csv: came with this bundle, and are not what is proven" in said
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        first, *lines = [json.loads(line) for line in archive.read(EVENTS).splitlines()]
        sheet = list(csv.DictReader(io.StringIO(archive.read(SHEET).decode(), newline="")))
        readme = archive.read(README).decode()
    assert first == {"watermark": MARK.facts}
    assert [one["index"] for one in lines] == list(range(40, 290)) == [int(row["index"]) for row in sheet]
    assert [one["uid"] for one in lines] == [str(event.uid) for event in grown[39:289]]
    assert "Made for  Lena Lead, Provider" in readme
    assert "Purpose   Yearly audit" in readme
    assert "take one away" in readme


@pytest.mark.parametrize("name", [EVENTS, SHEET])
def test_m8_a_readable_file_that_was_changed_is_found(grown, tmp_path, name):
    sign()
    bundle = export_readable()
    assert verify(bundle, tmp_path)[0] == 0

    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as old, zipfile.ZipFile(changed, "w") as new:
        for one in old.namelist():
            content = old.read(one)
            new.writestr(one, content.replace(b"human", b"robot") if one == name else content)

    code, said = verify(changed.getvalue(), tmp_path)
    assert code == 1
    assert f"{name} is not the file that manifest.json names" in said


def test_m7_two_exports_differ_in_their_watermark_and_in_nothing_else(grown):
    sign()

    first, again = export_readable(), export_readable()
    other = export_readable(Watermark("e-2", "Olaf Owner, North", "5 Mar 2026, 10:00 UTC", "A claim"))

    assert first == again
    differing = set()
    with zipfile.ZipFile(io.BytesIO(first)) as one, zipfile.ZipFile(io.BytesIO(other)) as two:
        assert one.namelist() == two.namelist()
        differing = {name for name in one.namelist() if one.read(name) != two.read(name)}
        assert differing == {README, EVENTS, MANIFEST}
        assert one.read(EVENTS).split(b"\n")[1:] == two.read(EVENTS).split(b"\n")[1:]
        marked = one.read(README).decode().partition("Made for")[0]
        assert two.read(README).decode().startswith(marked)


def test_a_period_without_an_end_reaches_to_what_is_signed(grown):
    signed = sign().size
    growing.events(3)

    first = min(event.recorded_at for event in grown)

    assert evidence.of_period(log="client-1", since=first).end == signed
    with pytest.raises(Conflict, match="no place in the log yet"):
        evidence.of_period(log="client-1", since=first, until=AT + timedelta(days=9999))
