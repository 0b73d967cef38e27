"""Bundles: good ones are verified, and damage is found out and said in a sentence."""

import io
import os
import struct
import zipfile
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.domain import body, bundle_layout, commitment, merkle, note
from audit.domain.bundle_layout import Stretch
from audit.domain.checkpoint import Checkpoint
from audit.domain.envelope import Actor, Entry, Target
from audit.verifier import audit_verify
from tests.audit.domain import notes, trees
from tests.audit.verifier import evidence

GOOD = evidence.bundle()
FILES = evidence.parts()
LINES = FILES["entries.jsonl"].splitlines(keepends=True)


# ── good ones ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "end"), [(0, 100), (0, 1), (41, 60), (64, 96), (99, 100), (0, 0), (50, 50), (100, 100)]
)
def test_m8_a_stretch_of_any_kind_is_verified(check, first, end):
    files = evidence.parts(first, end, shown=())

    status, answer = check(evidence.bundle(files, first=first, end=end))

    assert (status, answer["first_index"], answer["end_index"], answer["pruned"]) == (0, first, end, 0)


def test_m8_what_is_disclosed_is_checked_against_its_event(check):
    status, answer = check(GOOD)

    assert (status, answer["disclosed"], answer["origin"]) == (0, 2, notes.ORIGIN)
    assert [signer["time"] for signer in answer["signers"]] == [None, notes.AT]


def test_m8_a_folder_is_as_good_as_a_zip(check):
    assert check(evidence.unzipped(GOOD))[0] == 0


def test_m6_pruned_entries_keep_their_place_and_are_counted(check):
    status, answer = check(evidence.bundle(evidence.parts(pruned=range(43, 50))))

    assert (status, answer["pruned"]) == (0, 7)


def test_without_a_policy_the_answer_says_on_what_it_rests(check, capsys, tmp_path):
    status, answer = check(GOOD, policy=False)

    assert (status, answer["policy"]) == (0, "from the bundle")
    assert answer["reason"] == "if the keys below are those you know"
    audit_verify.main(["bundle", str(tmp_path / "bundle")])
    said = capsys.readouterr().out
    assert said.startswith("VERIFIED: if the keys below")
    assert str(evidence.LOG.verifier) in said


def test_nothing_can_be_shown_of_an_event_that_was_pruned(check):
    status, answer = check(evidence.bundle(evidence.parts(pruned=[42])))

    assert status == 2
    assert "uid-042" in answer["reason"]


def test_m8_a_value_of_an_event_as_the_portal_writes_it_is_shown(check):
    salt, at = bytes(32), datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    entry = Entry(
        log="platform", action="case.decided", actor=Actor.system("sweep"), target=Target("case", "1"), facts={}, at=at,
        personal={"author.name": "Zoë"}, subject="subject-1",
    )  # fmt: skip
    uid = UUID(int=5)
    sealed = {"author.name": commitment.commit(salt=salt, path="author.name", value="Zoë")}
    content = body.build(
        entry=entry, action_version=1, uid=uid, nonce=bytes(16), recorded_at=at, commitments=sealed
    )
    leaf = merkle.leaf_hash(content)
    stretch = Stretch(notes.ORIGIN, 0, 1, 1, leaf)
    files = FILES | {
        "checkpoint": note.sign(
            Checkpoint(notes.ORIGIN, 1, leaf).text, [evidence.LOG, evidence.WITNESS], at=notes.AT
        ),
        "range-proof.json": bundle_layout.range_proof(stretch, left=[], right=[]),
        "entries.jsonl": bundle_layout.entry_line(index=0, leaf=leaf, body=content),
    }

    def showing(value: str) -> bytes:
        shown = bundle_layout.disclosed_line(uid=str(uid), field="author.name", salt=salt, value=value)
        return evidence.written(files | {"disclosed.jsonl": shown}, stretch)

    assert check(showing("Zoë"))[0] == 0
    assert check(showing("Zoe"))[0] == 1


# ── damage, and input that is meant to hurt ──────────────────────────────────────────────────────────────────


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(bit=st.integers(0, len(GOOD) * 8 - 1))
def test_one_flipped_bit_in_the_zip_is_never_verified_as_another(check, bit):
    damaged = trees.flipped(GOOD, bit)

    status, answer = check(damaged)

    # Dates and modes in the zip's own tables prove nothing and may differ; every byte of every file is as it was.
    assert status in (1, 2, 3) or evidence.unzipped(damaged) == evidence.unzipped(GOOD)
    assert answer["verdict"] != "verified" or status == 0


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(evidence.unzipped(GOOD))))
def test_one_flipped_bit_in_any_file_is_never_verified(check, data, name):
    files = evidence.unzipped(GOOD)
    files[name] = trees.flipped(files[name], data.draw(st.integers(0, len(files[name]) * 8 - 1)))

    assert check(evidence.zipped(files))[0] in (1, 2, 3)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_zip_is_unreadable(check, share):
    assert check(GOOD[: int(len(GOOD) * share)])[0] == 3


@pytest.mark.parametrize("name", ["entries.jsonl", "disclosed.jsonl"])
def test_a_truncated_folder_is_incomplete(check, name):
    files = evidence.unzipped(GOOD)

    assert check(files | {name: files[name][:-20]})[0] == 2


def test_a_zip_bomb_is_stopped(check):
    for name in ("entries.jsonl", "README.txt", "checkpoint"):
        status, answer = check(evidence.zipped(evidence.unzipped(GOOD) | {name: b" " * 50_000_000}))
        assert status in (1, 3)
    big = b"".join(LINES) + b"\n" * 2_000_000
    assert check(evidence.zipped(evidence.unzipped(GOOD) | {"entries.jsonl": big}))[0] == 1
    assert check(GOOD, "--max-bytes", "2000")[0] == 3


def test_a_zip_of_too_many_files_is_not_even_listed(check):
    many = evidence.zipped(evidence.unzipped(GOOD) | {f"f{number}": b"" for number in range(200)})
    claimed = bytearray(GOOD)
    end = GOOD.rindex(b"PK\x05\x06")
    claimed[end + 12 : end + 16] = struct.pack("<L", 2_000_000)
    larger = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 10**7, 10**7, 10**9, 0)
    larger += b"PK\x06\x07" + struct.pack("<LQL", 0, end, 1)

    for data in (many, bytes(claimed), GOOD[:end] + larger + GOOD[end:]):
        status, answer = check(data)
        assert status == 3
        assert "files" in answer["reason"]


@pytest.mark.parametrize("name", ["../policy2", "/etc/passwd", "sub/checkpoint", "notes.txt", "x" * 500])
def test_a_name_that_no_bundle_has_is_refused(check, name):
    status, answer = check(evidence.zipped(evidence.unzipped(GOOD) | {name: b"x"}))

    assert status == 3
    assert len(answer["reason"]) < 200


def test_a_name_twice_is_refused(check):
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("policy", b"log other")

    assert check(out.getvalue())[0] == 3


def test_a_zip_packed_in_another_way_is_refused(check):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        for name, data in evidence.unzipped(GOOD).items():
            archive.writestr(name, data)

    assert check(out.getvalue())[0] == 3


def test_a_folder_whose_files_are_elsewhere_is_refused(check, tmp_path):
    files = evidence.unzipped(GOOD)
    (tmp_path / "elsewhere").write_bytes(files.pop("checkpoint"))
    (tmp_path / "bundle").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "bundle" / "checkpoint")

    assert check(files)[0] == 3


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", b"PK\x05\x06" + bytes(18), os.urandom(5000)])
def test_what_is_no_bundle_is_unreadable_or_incomplete(check, data):
    assert check(data)[0] in (2, 3)
