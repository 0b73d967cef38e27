import pytest

from audit.models import Event, Log, Pending
from audit.models.append_only import AppendOnlyError
from audit.services import recording
from tests.audit.conftest import AT, signed

CHANGES = {
    "update": lambda rows: rows.update(log_id=0),
    "delete": lambda rows: rows.delete(),
    "bulk_update": lambda rows: rows.bulk_update(list(rows), ["log_id"]),
    "update_or_create": lambda rows: rows.update_or_create(pk=1),
    "bulk_create": lambda rows: rows.bulk_create([]),
    "delete of a row": lambda rows: rows.first().delete(),
    "saving a row again": lambda rows: rows.first().save(),
    "update past the default manager": lambda rows: rows.model._base_manager.update(log_id=0),
}


@pytest.mark.parametrize("model", [Event, Pending, Log])
@pytest.mark.parametrize("change", CHANGES)
def test_models_refuse_every_change(log, model, change):
    recording.record(**signed())
    before = list(model.objects.order_by("pk").values())

    with pytest.raises(AppendOnlyError, match="append-only"):
        CHANGES[change](model.objects.all())

    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("model", [Event, Pending])
def test_ledger_models_refuse_to_be_added_by_hand(db, model):
    with pytest.raises(AppendOnlyError, match="by hand"):
        model().save()

    assert not model.objects.filter(log_id=0).exists()


def test_saving_a_log_with_the_id_of_another_does_not_change_that_one(log):
    with pytest.raises(Exception, match=r"append-only|duplicate key"):
        Log(id=log.id, key="other", opened_at=AT).save()
