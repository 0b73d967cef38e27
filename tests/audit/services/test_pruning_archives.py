"""M6: texts are kept in bundles before they go, or it is said why not."""

import json
import zipfile

import pytest
from django.db import connection

from audit.domain.envelope import Actor
from audit.enums import ActorType
from audit.errors import Invalid
from audit.models import Event, Leaf, Pruning
from audit.selectors import evidence
from audit.services import (
    exporting,
    pruning,
    vault,
)
from audit.services.pruning import Kept
from tests.audit import pruned

DPO = Actor(ActorType.HUMAN, "01980000-0000-7000-8000-00000000000a")


@pytest.fixture
def old(log):
    pruned.old_log()
    return log


def plans(at=None):
    return pruning.plans(at=at or pruned.later())


def state():
    return (
        list(Event.objects.order_by("id").values_list("id", "uid")),
        list(Pruning.objects.order_by("pk").values()),
        _triggers(),
    )


def _triggers():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        else:
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
            )
        return cursor.fetchall()


def test_prune_without_a_bundle_or_a_reason_is_refused(old):
    before = state()

    with pytest.raises(Invalid, match="Export the texts first"):
        pruned.prune(kept=Kept())

    assert state() == before


def test_archive_writes_a_bundle_of_every_log_first(old, tmp_path):
    at = pruned.later()
    plan = pruning.removable(plans(at))[0]

    kept = pruning.archive(plan, folder=tmp_path, at=at)
    pruning.prune(plan, kept=kept, at=at)

    assert set(kept.bundles) == {"platform", "client-1"}
    path = next(tmp_path.glob("client-1-*.zip"))
    with zipfile.ZipFile(path) as archive:
        lines = [json.loads(line) for line in archive.read("entries.jsonl").splitlines()]
    assert all(line["body"] for line in lines)
    tombstone = Event.objects.get(action="retention.pruned", log_id=old.pk)
    assert tombstone.facts["exported"] == kept.bundles["client-1"]
    assert len(lines) == tombstone.facts["entries"]
    assert tombstone.sealed == {}


def test_a_bundle_that_was_exported_before_serves_and_no_other(old, tmp_path):
    at = pruned.later()
    plan = pruning.removable(plans(at))[0]
    files = []
    for share in plan.shares:
        part = share.first_index + 1 if share.log == "client-1" else share.first_index
        for begin in (part, share.first_index):
            path = tmp_path / f"{share.log}-{begin}.zip"
            with path.open("wb") as out:
                exporting.export(
                    out,
                    evidence.Selection(share.log, begin, share.end_index),
                    policy=b"quorum none\n",
                    purpose="The yearly archive",
                    by=DPO,
                    at=at,
                )
            files.append(path)

    with pytest.raises(Invalid, match="None of these bundles holds the entries 0 to"):
        pruning.named(plan, [path for path in files if path.name != "client-1-0.zip"])

    kept = pruning.named(plan, files)
    pruning.prune(plan, kept=kept, at=at)
    assert Event.objects.filter(action="retention.pruned").count() == 2


def test_a_bundle_that_left_out_a_text_that_goes_does_not_serve(old, tmp_path):
    at = pruned.later()
    plan = pruning.removable(plans(at))[0]
    platform = next(share for share in plan.shares if share.log == "platform")
    share = next(share for share in plan.shares if share.log == "client-1")
    texts = Event.objects.filter(log_id=old.pk, id__in=Leaf.objects.filter(log_id=old.pk).values("event_id"))
    uids = list(texts.order_by("id").values_list("uid", flat=True))
    files = []
    for name, selection in {
        "platform": evidence.Selection("platform", platform.first_index, platform.end_index),
        "some": evidence.Selection(
            "client-1", share.first_index, share.end_index, shown=frozenset(uids[:-1])
        ),
        "all": evidence.Selection("client-1", share.first_index, share.end_index, shown=frozenset(uids)),
    }.items():
        files.append(tmp_path / f"{name}.zip")
        with files[-1].open("wb") as out:
            exporting.export(
                out, selection, policy=b"quorum none\n", purpose="The yearly archive", by=DPO, at=at
            )

    with pytest.raises(Invalid, match="None of these bundles holds the entries 0 to"):
        pruning.named(plan, files[:2])

    exports = Event.objects.filter(log_id=old.pk, action="evidence.exported").order_by("id")
    assert [event.facts["withheld"] for event in exports] == [1, 0]
    assert set(pruning.named(plan, files).bundles) == {"platform", "client-1"}


def test_the_reason_for_keeping_nothing_is_sealed(old):
    pruned.prune()

    tombstone = Event.objects.get(action="retention.pruned", log_id=old.pk)
    assert pruned.NOT_KEPT.reason.encode() not in bytes(tombstone.body)
    assert vault.reveal(event_uid=tombstone.uid, field="why") == pruned.NOT_KEPT.reason
