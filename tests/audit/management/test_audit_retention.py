"""M6: for how long logs are kept, as an operator sees and sets it."""

import io

import pytest
from django.core.management import CommandError, call_command

from audit.models import RetentionPolicy
from audit.services import recording
from tests.audit.conftest import sealed


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("audit_retention", *words, stdout=out)
    return out.getvalue()


def test_it_tells_of_every_log(log):
    recording.record(**sealed())

    told = run()

    assert "client-1: 0 personal values are due, 0 more are held; 0 legal holds in force" in told
    assert told.count("everything is kept") == 4


def test_it_sets_a_period(log):
    told = run("--log", "platform", "--set", "trail", "--under", "EU", "--days", "400")

    assert "trail: 400 days (EU 400)" in told
    assert RetentionPolicy.objects.get().set_by == "operator"


@pytest.mark.parametrize(
    ("_case", "words", "sentence"),
    [
        (
            "below the floor",
            ["--log", "platform", "--set", "trail", "--under", "EU", "--days", "10"],
            "floor",
        ),
        ("half of it", ["--log", "platform", "--set", "trail"], "takes --log, --under and --days"),
        ("no such log", ["--log", "nobody"], "There is no log 'nobody'"),
    ],
)
def test_it_refuses_and_nothing_changes(log, _case, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*words)

    assert not RetentionPolicy.objects.exists()
