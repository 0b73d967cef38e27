import io

import pytest
from django.core.management import CommandError, call_command

from audit.domain.note_keys import VerifierKey
from audit.models import Event
from audit.services import outside, publishing
from tests.audit import growing
from tests.audit.conftest import AT


def _run(command: str, *argv: str) -> str:
    out = io.StringIO()
    call_command(command, *argv, stdout=out)
    return out.getvalue()


def test_signs_what_has_grown(log):
    growing.sequenced(2)

    assert _run("audit_publish") == "2 logs signed\n"
    assert _run("audit_publish") == "0 logs signed\n"


def test_ends_with_1_while_a_log_is_stopped_and_resumes_it(log):
    growing.sequenced(2)
    publishing.stop(log="client-1", problem="a reason", at=AT)

    with pytest.raises(CommandError, match="a reason") as refusal:
        _run("audit_publish")
    assert refusal.value.returncode == 1

    assert _run("audit_publish", "--resume", "client-1").startswith("client-1 goes on\n")


def test_ends_with_2_while_something_is_not_outside(log, settings, tmp_path):
    settings.AUDIT_CHECKPOINTS = tmp_path / "file"
    settings.AUDIT_CHECKPOINTS.write_text("")

    with pytest.raises(CommandError, match="Not outside yet") as refusal:
        _run("audit_publish")
    assert refusal.value.returncode == 2


def test_ends_with_3_for_a_log_that_is_not_there(db):
    with pytest.raises(CommandError) as refusal:
        _run("audit_publish", "--resume", "client-9")
    assert refusal.value.returncode == 3


@pytest.mark.parametrize(
    ("argv", "action"), [(["--overlap", "1"], "log.key_rotated"), (["--revoke"], "log.key_revoked")]
)
def test_rotate_key_prints_the_new_keys(log, settings, tmp_path, argv, action):
    settings.AUDIT_SIGNING_KEY_FILE = tmp_path / "signing.key"
    growing.sequenced(1)

    printed = _run("audit_rotate_key", *argv).split()

    assert {VerifierKey.parse(vkey).name for vkey in printed} == {
        "countersign.localhost/platform",
        "countersign.localhost/client-1",
    }
    assert Event.objects.filter(action=action).count() == 2
    _run("audit_publish")
    assert outside.vkeys("client-1")[-1] in printed
