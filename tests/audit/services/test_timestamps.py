"""Timestamps of checkpoints by authorities that really answer: kept outside, checked, asked once an hour, in no way."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone

from audit.domain import note
from audit.domain import timestamps as domain
from audit.domain.envelope import Actor
from audit.domain.timestamps import TimestampError
from audit.selectors import tree
from audit.selectors.evidence import PROGRAM, Selection
from audit.services import exporting, outside, publishing, timestamps
from audit.tasks import timestamp
from tests.audit import authority, growing

pytestmark = pytest.mark.django_db

# A response that says “granted” and bears no token.
GRANTED_WITHOUT = bytes.fromhex("30053003020100")


@pytest.fixture
def signed(log):
    """A log of ten entries, signed."""
    growing.sequenced(9)
    publishing.publish_all(clock=timezone.now)
    return log


@pytest.fixture
def pair(signed, settings, tmp_path):
    """Two authorities of different operators, both believed."""
    with (
        authority.serving(tmp_path / "one", "one") as one,
        authority.serving(tmp_path / "two", "two") as two,
    ):
        believe(settings, tmp_path, one=one, two=two)
        yield one, two


def believe(settings, tmp_path, **authorities) -> None:
    settings.AUDIT_TIMESTAMP_URLS = {name: found.url for name, found in authorities.items()}
    settings.AUDIT_TIMESTAMP_ROOTS = str(tmp_path / "roots.pem")
    (tmp_path / "roots.pem").write_bytes(b"".join(one.root.read_bytes() for one in authorities.values()))


def files(log: str = "client-1") -> list[str]:
    return sorted(file.name for file in outside.stamp_folder(log).glob("*.tsr"))


def stamp(**later: float) -> timestamps.Report:
    return timestamps.stamp_all(clock=lambda: timezone.now() + timedelta(**later))


def test_both_authorities_stamp_the_newest_checkpoint_of_every_log(pair):
    before = timezone.now()

    report = stamp()

    assert report.problems == {}
    assert sorted(report.stamped) == [
        (log, name) for log in ("client-1", "platform") for name in ("one", "two")
    ]
    assert files() == [f"{10:020d}.one.tsr", f"{10:020d}.two.tsr"]
    kept = timestamps.kept("client-1")
    assert [(one.authority, one.size) for one in kept] == [("one", 10), ("two", 10)]
    assert all(abs(one.at - before) < timedelta(seconds=60) for one in kept)


def test_openssl_finds_the_same(pair):
    stamp()
    checkpoint = tree.latest_checkpoint("client-1")
    kept = outside.stamp_folder("client-1") / f"{10:020d}.one.tsr"

    said = subprocess.run(
        ["openssl", "ts", "-verify", "-digest", domain.imprint(bytes(checkpoint.note)).hex()]
        + ["-in", str(kept), "-CAfile", str(pair[0].root)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "Verification: OK" in said.stdout + said.stderr


def test_an_authority_is_asked_once_an_hour_and_only_for_what_is_new(pair):
    stamp()
    assert stamp(hours=2).stamped == []

    growing.sequenced(1)
    publishing.publish_all(clock=timezone.now)
    assert stamp(minutes=30).stamped == []
    assert len(stamp(minutes=58).stamped) == 4
    assert timestamps.stamped_sizes("client-1") == [11, 10]


def test_one_that_does_not_answer_stops_neither_the_other_nor_the_log(pair):
    one, _ = pair
    one.mood["status"] = "500"

    report = stamp()

    assert report.problems == {"one": "it answered with 500"}
    assert files() == [f"{10:020d}.two.tsr"]
    growing.sequenced(1)
    assert "client-1" in publishing.publish_all(clock=timezone.now).signed
    del one.mood["status"]
    assert ("client-1", "one") in stamp().stamped


def test_the_address_of_an_authority_may_have_a_query(pair, settings):
    one, _ = pair
    one.mood["path"] = "/stamp?client=acme&kind=1"
    assert stamp().problems == {"one": "it answered with 404"}

    settings.AUDIT_TIMESTAMP_URLS["one"] += "?client=acme&kind=1"

    assert ("client-1", "one") in stamp().stamped


def test_one_that_is_not_there_is_a_problem_and_no_more(signed, settings, tmp_path):
    with authority.serving(tmp_path / "one") as one:
        believe(settings, tmp_path, one=one)

    report = stamp()

    assert list(report.problems) == ["one"]
    assert files() == []


@pytest.mark.parametrize(
    "_case", ["an answer to another question", "granted without a timestamp", "no timestamp", "nothing"]
)
def test_what_is_no_answer_to_the_question_is_not_kept(pair, tmp_path, _case):
    one, _ = pair
    other = tmp_path / "kept"
    content = {
        "an answer to another question": one.answer(
            domain.ask(bytes(tree.latest_checkpoint("client-1").note)).data
        ),
        "granted without a timestamp": GRANTED_WITHOUT,
        "no timestamp": b"<html>hello</html>",
        "nothing": b"",
    }
    other.write_bytes(content[_case])
    one.mood["kept"] = str(other)

    assert list(stamp().problems) == ["one"]
    assert files() == [f"{10:020d}.two.tsr"]


def test_one_that_is_not_believed_is_not_kept(pair, settings):
    _, two = pair
    settings.AUDIT_TIMESTAMP_ROOTS = str(two.root)

    assert list(stamp().problems) == ["one"]
    assert files() == [f"{10:020d}.two.tsr"]


def test_a_root_that_is_named_twice_is_believed_once(pair, settings):
    one, _ = pair
    roots = one.root.read_bytes()
    (one.folder / "twice.pem").write_bytes(roots + roots)
    settings.AUDIT_TIMESTAMP_ROOTS = str(one.folder / "twice.pem")

    assert ("client-1", "one") in stamp().stamped
    assert files() == [f"{10:020d}.one.tsr"]


def test_a_timestamp_is_of_one_checkpoint_and_witnesses_may_sign_later(pair):
    stamp()
    newest = tree.latest_checkpoint("client-1")
    signed, kept = bytes(newest.note), timestamps.of_size("client-1", 10)
    roots = domain.read_roots(pair[0].root.read_bytes())
    witness = note.parse_line("— witness.example/w AAAAAAAAAAAA\n".rstrip("\n"))

    assert domain.check(note.with_signatures(signed, [witness]), kept, roots) == domain.moment(kept)
    with pytest.raises(TimestampError, match="not a timestamp of this checkpoint"):
        domain.check(signed.replace(b"\n10\n", b"\n11\n", 1), kept, roots)


def test_fsck_reads_the_folder_past_its_timestamps(pair):
    stamp()

    call_command("audit_fsck", "--log", "client-1", "--checkpoint", str(outside.folder("client-1")))


def test_a_timestamp_that_cannot_be_read_is_left_out(pair):
    stamp()
    (outside.stamp_folder("client-1") / f"{10:020d}.one.tsr").write_bytes(b"broken")
    (
        outside.stamp_folder("platform") / f"{timestamps.stamped_sizes('platform')[0]:020d}.one.tsr"
    ).write_bytes(GRANTED_WITHOUT)
    (outside.stamp_folder("client-1") / "notes.tsr").write_bytes(b"somebody's own")

    for log in ("client-1", "platform"):
        assert [one.authority for one in timestamps.kept(log)] == ["two"]


def test_without_authorities_nothing_happens(signed):
    timestamp()

    assert files() == []
    assert timestamps.kept("client-1") == []
    assert timestamps.of_size("client-1", 10) is None


@pytest.mark.parametrize(
    ("urls", "roots", "said"),
    [
        ({"One.tsr": "http://127.0.0.1/"}, __file__, "is no name for a timestamp authority"),
        ({"one": "http://127.0.0.1/"}, "", "name the file of the roots"),
        ({"one": "http://127.0.0.1/"}, "/nowhere/roots.pem", "AUDIT_TIMESTAMP_ROOTS"),
        ({"one": "http://127.0.0.1/"}, __file__, "AUDIT_TIMESTAMP_ROOTS"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_and_the_log_goes_on(signed, settings, urls, roots, said):
    settings.AUDIT_TIMESTAMP_URLS, settings.AUDIT_TIMESTAMP_ROOTS = urls, roots

    with pytest.raises(ImproperlyConfigured, match=said):
        timestamp()

    growing.sequenced(1)
    assert "client-1" in publishing.publish_all(clock=timezone.now).signed


def test_the_hour_is_counted_from_when_it_was_kept(pair):
    stamp()
    for file in outside.stamp_folder("client-1").glob("*.one.tsr"):
        old = file.stat().st_mtime - 3_700
        os.utime(file, (old, old))
    growing.sequenced(1)
    publishing.publish_all(clock=timezone.now)

    assert ("client-1", "one") in stamp().stamped
    assert ("client-1", "two") not in stamp().stamped


def test_evidence_bears_the_timestamp_of_its_checkpoint_and_verifies_without_us(pair, tmp_path):
    stamp()
    growing.sequenced(2)
    publishing.publish_all(clock=timezone.now)
    file = tmp_path / "evidence.zip"
    (tmp_path / "policy").write_bytes(exporting.suggested_policy("client-1"))

    def check(end: int) -> tuple[int, dict]:
        with file.open("wb") as out:
            exporting.export(
                out,
                Selection("client-1", 2, end),
                policy=exporting.suggested_policy("client-1"),
                purpose="A test",
                by=Actor.system("test"),
                at=timezone.now(),
            )
        words = [sys.executable, str(PROGRAM), "bundle", str(file), "--json"]
        words += ["--policy", str(tmp_path / "policy"), "--tsa-root", str(pair[0].root)]
        said = subprocess.run(words, capture_output=True, text=True, check=False)
        return said.returncode, json.loads(said.stdout)

    status, answer = check(9)
    assert (status, answer["tree_size"], answer["timestamp"]["signature"]) == (0, 10, "verified")
    # No checkpoint that was stamped covers the newest entries yet: the evidence says so, and is not held back.
    status, answer = check(12)
    assert (status, answer["tree_size"]) == (2, 12)
    assert answer["reason"] == "the bundle has no timestamp, and you ask for one"
