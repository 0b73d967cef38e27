"""A4: what was posted of a person stands in the vault, encrypted, and nowhere else in the database."""

import json
from typing import Any

import pytest
from django.db import connection

from audit.domain.ids import new_id
from audit.models import Event, PrivateValue
from audit.services import vault
from reviews.services import intake
from tests import worlds

IBAN, PAN, MAIL, PHONE, NAME = (
    "DE89370400440532013000",
    "4111111111111111",
    "mia.muster@example.org",
    "+49 30 1234567",
    "Mia Muster",
)
SEEDED = (IBAN, PAN, MAIL, PHONE, NAME, "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00")
SPREAD = f"{NAME} ({MAIL}, {PHONE}) pays from {IBAN} by card 4111 1111 1111 1111."


def loaded(desk: worlds.Desk, **changes: Any) -> dict[str, Any]:
    """A submission with personal data in every field that takes a text."""
    return worlds.payload(
        desk,
        external_id=f"order of {MAIL}",
        source=f"mail {MAIL}",
        subject_ref=MAIL,
        customer={"name": NAME, "mail": MAIL},
        input={"text": SPREAD, MAIL: [SPREAD, {"iban": "DE89 3704 0044 0532 0130 00"}], "card": int(PAN)},
        ai_output={"decision": "pay", "comment": SPREAD, "amount": "10.00"},
        factors=[{"name": SPREAD, "weight": 1}],
        citations=[{"source": SPREAD}],
        attributes={"holder": NAME, "iban": IBAN, "range": PAN},
        data_classes=[IBAN],
        lineage=[{"source_system": "crm", "source_record_id": MAIL}],
        **{"gen_ai.response.id": MAIL, **changes},
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "_case, changes",
    [
        ("released or held", {}),
        ("an unknown model and endpoint", {"model_version": f"model of {MAIL}", "endpoint": MAIL}),
        ("attested, and not true", {"attestation": {"by": "upstream"}, "amount": "9000.00"}),
    ],
)
def test_nothing_of_a_person_stands_outside_the_vault(at, _case: str, changes: dict) -> None:
    desk = worlds.build(at).north
    desk.process.intake |= {
        "scan_attested": "all",
        "quality": {"checks": [{"kind": "range", "field": "range", "high": 5}]},
    }
    desk.process.stamp = new_id()
    desk.process.save(update_fields=["intake", "stamp"])

    receipts = intake.accept(payloads=[loaded(desk, **changes)] * 2, agent=desk.agent, key=desk.key, at=at)

    assert [receipt.error for receipt in receipts] == [None, None]
    told = json.dumps([receipt.reasons for receipt in receipts], ensure_ascii=False)
    assert leaks(told) == []
    assert {table: found for table, text in dump().items() if (found := leaks(text))} == {}


def leaks(text: str) -> list[str]:
    return [value for value in SEEDED if value.lower() in text.lower()]


def dump() -> dict[str, str]:
    """Every column of every table as text; binary ones (the vault's, and the bodies of events) byte by byte."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- names from the database itself
            rows = cursor.fetchall()
            found[table] = "\n".join(readable(value) for row in rows for value in row)
    assert "audit_event" in found
    return found


def readable(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False, default=str)


@pytest.mark.django_db
def test_the_originals_come_back_from_the_vault(at) -> None:
    desk = worlds.build(at).north

    [receipt] = intake.accept(payloads=[loaded(desk)], agent=desk.agent, key=desk.key, at=at)

    sealed = json.loads(vault.reveal(event_uid=receipt.receipt, field="original"))
    assert sealed["subject_ref"] == MAIL
    assert {IBAN, MAIL, PAN} <= set(sealed["tokens"].values())
    assert PrivateValue.objects.filter(event_uid=receipt.receipt).count() == 1
    assert Event.objects.filter(uid=receipt.receipt).exists()
