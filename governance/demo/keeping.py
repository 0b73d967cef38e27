"""How long the clients of the demo world keep their records, what is held, and where one of them is told of what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.domain.retention import HoldScope, RecordClass
from contracts.models import Process, User
from governance.demo.parts import Parts
from governance.domain.webhooks import MessageType
from governance.services import records, webhooks

# Nobody answers there, and nobody is asked: it is disabled from the first moment.
WEBHOOK = "https://erp.halvorsen.example/countersign"


@dataclass(frozen=True)
class Keeping:
    """What a client keeps under which laws, in days, and who of it sets that."""

    laws: tuple[str, ...]
    trail: int
    personal: int
    officer: str
    counsel: str


# Vouchers eight years; the limitation of claims and a year more; support 24 months (requirements §6).
KEEPING = {
    "AP-INV": Keeping(("DE",), 2_922, 365, "elke.braun", "anja.keller"),
    "CLM-TRI": Keeping(("IE",), 2_557, 2_557, "niamh.kelly", "owen.flynn"),
    "CS-REPLY": Keeping(("JP", "SG"), 731, 731, "aya.ono", "jun.hara"),
}


def agree(parts: Parts) -> None:
    """Counsel sets how long the trail is kept, the data protection officer how long personal values are."""
    at = parts.born + timedelta(days=50)
    for code, keeping in KEEPING.items():
        log = parts.processes[code].client.log_key
        for law in keeping.laws:
            for record_class, days, login in (
                (RecordClass.TRAIL, keeping.trail, keeping.counsel),
                (RecordClass.PERSONAL, keeping.personal, keeping.officer),
            ):
                records.set_policy(
                    log=log,
                    record_class=record_class,
                    jurisdiction=law,
                    keep_days=days,
                    user=parts.users[login],
                    at=at,
                )
    _webhook(parts.processes["AP-INV"], parts.users["jonas.weber"], at)


def _webhook(process: Process, by: User, at: datetime) -> None:
    terms = webhooks.Terms(
        name="Ledger of Halvorsen",
        url=WEBHOOK,
        types=frozenset({MessageType.RELEASED, MessageType.REJECTED, MessageType.RECALLED}),
        processes=frozenset({process.pk}),
    )
    made = webhooks.subscribe(terms=terms, by=by, at=at)
    webhooks.disable(subscription_id=made.pk, by=by, at=at)


def hold(*, process: Process, external_id: str, by: User, at: datetime) -> None:
    """Keep one interaction whatever its period: a payment that the authorities look into."""
    records.place_hold(
        log=process.client.log_key,
        scope=HoldScope.MATTER,
        about=external_id,
        reason="The customs authority examines this supplier; nothing of it may go before that ends.",
        user=by,
        at=at,
    )
