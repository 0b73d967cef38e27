import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit.services import outside, publishing
from tests import flush
from tests.audit import growing


@pytest.fixture
def old(log):
    growing.sequenced(9)
    publishing.publish_all(clock=timezone.now)
    return log


def _run(*argv: object) -> str:
    out = io.StringIO()
    call_command("audit_fsck", *map(str, argv), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def _refused(*argv: object) -> CommandError:
    with pytest.raises(CommandError) as refusal:
        _run(*argv)
    return refusal.value


def _edit(log_id: int) -> None:
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_event SET body = %s WHERE id = (SELECT event_id FROM audit_leaf WHERE log_id = %s AND idx = 4)",
            [b"{}", log_id],
        )


def test_says_that_all_is_as_it_was(old):
    assert _run() == "platform: 2 entries, all as they were\nclient-1: 10 entries, all as they were\n"
    assert _run("--log", "client-1", "--from", 3) == "client-1: 10 entries, all as they were\n"


def test_ends_with_1_and_names_the_index(old):
    _edit(old.id)

    refusal = _refused()

    assert refusal.returncode == 1
    assert str(refusal) == (
        "Tampered with: log client-1, index 4: its body does not have the hash of its leaf"
    )


def test_takes_what_others_have_kept(old):
    folder = outside.folder("client-1")

    assert _run("--log", "client-1", "--checkpoint", folder, "--checkpoint", folder / "checkpoint")


def test_ends_with_2_while_a_log_is_stopped(old):
    publishing.stop(log="client-1", problem="a reason", at=timezone.now())

    assert _refused().returncode == 2


@pytest.mark.parametrize(
    "argv",
    [
        ("--log", "client-9"),
        ("--checkpoint", "/nowhere"),
        ("--checkpoint", __file__),
        ("--from", "-1"),
        ("--jobs", "0"),
    ],
)
def test_ends_with_3_for_what_cannot_be_read(old, argv):
    assert _refused(*argv).returncode == 3


def test_ends_with_3_for_a_checkpoint_of_somebody_elses_log(old, tmp_path):
    signed = (outside.folder("client-1") / "checkpoint").read_bytes()
    (tmp_path / "other").write_bytes(signed.replace(b"countersign.localhost", b"other.example.org", 1))

    assert _refused("--checkpoint", tmp_path / "other").returncode == 3


@pytest.mark.django_db(transaction=True)
def test_several_processes_find_the_same(old):
    assert _run("--jobs", 2) == _run()
    _edit(old.id)
    assert str(_refused("--jobs", 2)) == str(_refused())
