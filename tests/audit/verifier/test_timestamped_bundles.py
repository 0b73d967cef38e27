"""Bundles with an RFC 3161 timestamp: what the one-file verifier checks of it, and what it says it did not."""

import subprocess

import pytest

from audit.domain import bundle_layout, timestamps
from audit.verifier import audit_verify
from tests.audit import authority
from tests.audit.verifier import evidence

CHECKED = "verified"


@pytest.fixture(scope="module")
def stamps(tmp_path_factory):
    """An authority, and its timestamp of the checkpoint of the evidence."""
    with authority.serving(tmp_path_factory.mktemp("tsa") / "one") as one:
        yield one, one.answer(timestamps.ask(evidence.SIGNED).data)


def bundle(stamp: bytes) -> bytes:
    files = {**evidence.parts(), bundle_layout.TIMESTAMP: stamp}
    return evidence.bundle({name: files[name] for name in bundle_layout.ORDER if name in files})


def test_a_timestamp_under_the_given_root_is_verified(stamps, check):
    one, stamp = stamps

    status, answer = check(bundle(stamp), "--tsa-root", str(one.root))

    assert (status, answer["timestamp"]["signature"]) == (0, CHECKED)
    assert answer["timestamp"]["time"] == timestamps.moment(stamp).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_without_a_root_it_says_that_nobody_checked_who_signed(stamps, check, tmp_path, capsys):
    _, stamp = stamps

    status, answer = check(bundle(stamp))

    assert (status, answer["timestamp"]["signature"]) == (0, "not checked")
    audit_verify.main(["bundle", str(tmp_path / "bundle"), "--policy", str(tmp_path / "policy")])
    assert "who signed it was NOT checked: give --tsa-root" in capsys.readouterr().out


def test_a_timestamp_of_something_else_is_tampering(stamps, check):
    one, _ = stamps
    other = one.answer(timestamps.ask(evidence.SIGNED.replace(b"\n100\n", b"\n101\n", 1)).data)

    for options in ((), ("--tsa-root", str(one.root))):
        status, answer = check(bundle(other), *options)
        assert (status, answer["reason"]) == (
            1,
            "checkpoint.tsr is a timestamp of something else than this checkpoint",
        )


def test_a_timestamp_of_an_authority_that_is_not_believed_is_incomplete(stamps, check, tmp_path):
    _, stamp = stamps
    authority.make(tmp_path / "two", "two")

    status, answer = check(bundle(stamp), "--tsa-root", str(tmp_path / "two" / "root.pem"))

    assert (status, answer["timestamp"]["signature"]) == (2, "not checked")
    assert answer["reason"] == "checkpoint.tsr is by an authority that is not under the roots you gave"


def test_a_bundle_without_one_is_incomplete_for_whoever_asks_for_one(stamps, check):
    status, answer = check(evidence.bundle(), "--tsa-root", str(stamps[0].root))

    assert (status, answer["reason"]) == (2, "the bundle has no timestamp, and you ask for one")


def test_without_openssl_it_is_incomplete_and_says_so(stamps, check, monkeypatch, tmp_path):
    one, stamp = stamps
    monkeypatch.setenv("PATH", str(tmp_path))

    status, answer = check(bundle(stamp), "--tsa-root", str(one.root))

    assert (status, answer["timestamp"]["signature"]) == (2, "not checked")
    assert answer["reason"].startswith("openssl is not installed here")


def test_roots_that_are_not_there_are_no_tampering(stamps, check):
    assert check(bundle(stamps[1]), "--tsa-root", "/nowhere/root.pem")[0] == 3


@pytest.mark.parametrize("cut", [0, 1, 5, 40, 90])
def test_half_a_timestamp_is_no_timestamp(stamps, check, cut):
    status, answer = check(bundle(stamps[1][:cut]))

    assert status == 1
    assert "checkpoint.tsr" in answer["reason"]


@pytest.mark.parametrize("made", [b"20261399000000Z", b"20260231000000Z"])
def test_a_timestamp_of_no_day_is_tampering_and_hides_nothing(stamps, check, made):
    _, stamp = stamps
    told = timestamps.moment(stamp).strftime("%Y%m%d%H%M%SZ").encode()
    assert told in stamp
    impossible = stamp.replace(told, made)
    files = {**evidence.parts(), bundle_layout.TIMESTAMP: impossible}
    cut = files | {"entries.jsonl": b"".join(files["entries.jsonl"].splitlines(True)[1:])}

    assert check(bundle(impossible))[1]["reason"].endswith("at a time that there is not")
    status, answer = check(evidence.bundle({name: cut[name] for name in bundle_layout.ORDER if name in cut}))
    assert (status, "first_bad_index" in answer) == (1, True)


def test_a_signature_that_was_changed_is_tampering(stamps, check):
    one, stamp = stamps
    changed = stamp[:-3] + bytes([stamp[-3] ^ 1]) + stamp[-2:]

    status, answer = check(bundle(changed), "--tsa-root", str(one.root))

    assert (status, answer["reason"]) == (1, "checkpoint.tsr is not what the authority signed")


def test_no_bit_of_what_is_signed_can_be_changed(stamps, check):
    """Every bit that the signature covers: none may be changed without being found."""
    one, stamp = stamps
    imprint = timestamps.imprint(evidence.SIGNED)
    begin = stamp.index(imprint) - 20
    for place in range(begin, begin + 72, 7):
        changed = bytearray(stamp)
        changed[place] ^= 1 << (place % 8)
        assert check(bundle(bytes(changed)), "--tsa-root", str(one.root))[0] in (1, 3), place


def test_a_refusal_is_no_timestamp(stamps, check):
    one, _ = stamps
    refused = subprocess.run(
        ["openssl", "ts", "-reply", "-queryfile", "/dev/null", "-config", "config", "-inkey", "tsa.key"]
        + ["-signer", "tsa.pem"],
        cwd=one.folder,
        capture_output=True,
        check=False,
    ).stdout

    status, answer = check(bundle(refused))

    assert (status, answer["reason"]) == (1, "checkpoint.tsr is a refusal, no timestamp")
