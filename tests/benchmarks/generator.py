"""The interactions the benchmarks post: about 1.5 kB each, every one with digits and names, three in ten with two
identifiers or more. The same seed gives the same texts; nobody in them exists."""

import random
from collections.abc import Iterator
from typing import Any

FIRST = [
    "Anna",
    "Bertram",
    "Clara",
    "Dario",
    "Emine",
    "Farid",
    "Greta",
    "Hiro",
    "Ines",
    "Jonas",
    "Keiko",
    "Lucia",
]
LAST = [
    "Albrecht",
    "Bianchi",
    "Castellanos",
    "Dimitrov",
    "Eriksen",
    "Fontaine",
    "Grabowski",
    "Haneda",
    "Ivanova",
]
SENTENCES = [
    "The goods of order {n1} arrived on dock {n2} with {n3} pallets, two of them wrapped twice.",
    "{name} asks whether invoice {n1} over {n2}.40 can be paid before the end of the month.",
    "According to the delivery note {n3} units were counted, while the order says {n2}.",
    "The warehouse in hall {n3} confirmed the receipt, but the seal number {n1} does not match.",
    "{name} called at 09:{mm} and left a message about reference {n1}.",
    "Please compare position {n3} with the frame contract of 20{yy} before anything is released.",
    "The discount of {n3} percent was agreed by {name} in week {mm}.",
    "Nothing else is open on this account; the last payment of {n2}.00 came on time.",
]
IDENTIFIERS = [
    "Reply to {first}.{last}@example.org.",
    "The refund goes to DE89 3704 0044 0532 0130 00.",
    "Call back under +49 30 1234567{mm}.",
    "The card 4111 1111 1111 1111 was used.",
]


def interactions(
    count: int,
    *,
    process: str,
    model: str,
    endpoint: str,
    seed: int = 4711,
    attested: bool = False,
    review_share: float = 0.3,
    prefix: str = "bench",
) -> Iterator[dict[str, Any]]:
    """`count` interactions; `review_share` of them go to a person, `attested` ones are redacted upstream."""
    rng = random.Random(seed)
    for number in range(count):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        yield {
            "process": process,
            "step": "approve",
            "external_id": f"{prefix}-{seed}-{number}",
            "subject_ref": f"supplier-{rng.randrange(2000)}",
            "customer": {} if attested else {"name": f"{first} {last}"},
            "input": {"text": _text(rng, first, last, attested), "invoice": f"R{rng.randrange(10**8)}"},
            "ai_output": {
                "decision": "pay",
                "amount": f"{rng.randrange(100, 4000)}.00",
                "comment": "Matches the order.",
            },
            "confidence": 0.5 if rng.random() < review_share else 0.97,
            "amount": f"{rng.randrange(100, 900)}.00",
            "currency": "EUR",
            "model_version": model,
            "endpoint": endpoint,
            "language": "en",
            "lineage": [{"source_system": "erp", "source_record_id": str(number)}],
            "factors": [{"name": "three-way match", "weight": 0.8}],
            "citations": [{"source": f"PO {rng.randrange(10**6)}"}],
            **({"attestation": {"by": "upstream", "detector": "1"}} if attested else {}),
        }


def _text(rng: random.Random, first: str, last: str, attested: bool) -> str:
    parts: list[str] = []
    name = "«NAME_1»" if attested else f"{first} {last}"
    if not attested and rng.random() < 0.3:
        parts += rng.sample(IDENTIFIERS, 2)
    while sum(map(len, parts)) < 1000:
        parts.insert(rng.randrange(len(parts) + 1), rng.choice(SENTENCES))
    return " ".join(parts).format(
        name=name,
        first=first.lower(),
        last=last.lower(),
        n1=rng.randrange(10**7),
        n2=rng.randrange(100, 5000),
        n3=rng.randrange(2, 90),
        mm=rng.randrange(10, 60),
        yy=rng.randrange(10, 26),
    )
