"""`manage.py rebuild_projection`: what it says and what it ends with."""

import pytest
from django.core.management import CommandError, call_command

from audit.models import Log
from audit.services import projecting
from tests.audit import growing
from tests.audit.services.test_projecting import ids, notebook, sweep  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db


def test_it_makes_the_rows_anew(notebook, capsys):  # noqa: F811
    growing.sequenced(9)
    sweep()
    before = notebook.rows()

    call_command("rebuild_projection", "notebook", batch=4)

    assert notebook.rows() == before
    told = capsys.readouterr()
    assert told.out == "notebook is up to date in 2 logs\n"
    assert "11/11" in told.err


def test_one_log_alone(notebook):  # noqa: F811
    growing.sequenced(3)
    sweep()
    notebook.batches.clear()

    call_command("rebuild_projection", "notebook", log="client-1")

    assert sum(notebook.batches) == 4


def test_it_ends_with_one_where_an_event_cannot_be_taken_and_goes_on_when_told(notebook, caplog, capsys):  # noqa: F811
    growing.sequenced(5)
    notebook.wrong = {ids()[3]}

    with pytest.raises(CommandError, match="Stopped: log client-1: entry 3 ") as refused:
        call_command("rebuild_projection", "notebook")
    assert refused.value.returncode == 1
    call_command("rebuild_projection", list=True)
    assert "notebook client-1: 3 of 6 stopped: entry 3 (paper.signed" in capsys.readouterr().out

    notebook.wrong = set()
    call_command("rebuild_projection", "notebook", resume=True)
    assert notebook.rows() == ids()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "diary"}, "Name one of: notebook."),
        ({"name": None}, "Name one of: notebook."),
        ({"name": "notebook", "log": "nobody"}, "There is no log 'nobody'."),
        ({"name": "notebook", "batch": 0}, "--batch is a number above zero."),
    ],
)
def test_it_ends_with_two_where_nothing_can_begin(notebook, arguments, sentence):  # noqa: F811
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("rebuild_projection", **arguments)

    assert refused.value.returncode == 2


def test_an_interrupted_one_says_who_finishes_it(notebook, monkeypatch):  # noqa: F811
    growing.sequenced(5)
    sweep()

    def interrupted(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(projecting, "project", interrupted)
        with pytest.raises(CommandError, match="The workers read on from here") as refused:
            call_command("rebuild_projection", "notebook")

    assert refused.value.returncode == 130
    sweep()
    assert len(notebook.rows()) == 6


def test_it_says_where_every_one_stands(notebook, capsys):  # noqa: F811
    growing.sequenced(2)
    sweep()
    growing.events(1)

    call_command("rebuild_projection", list=True)

    out = capsys.readouterr().out
    assert "notebook platform: 1 of 1\n" in out
    assert "notebook client-1: 3 of 3 behind since 20" in out
    assert Log.objects.count() == 2
