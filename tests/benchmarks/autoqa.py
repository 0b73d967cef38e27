"""How many interactions one worker process scores by automatic QA, with its row and its event (F4)."""

import time
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from reviews.models import AutoQa
from reviews.services import autoqa, intake
from tests import worlds
from tests.benchmarks.scenarios import figure

ROWS, BATCH = 5_000, 500
_LETTERS = {
    "en": (
        (
            "I ordered a humidifier on 3 March 2026 and it has not come. This is the third time I am writing. When will it"
            " arrive? My order number is {n}."
        ),
        (
            "I am sorry for the wait. Order {n} of 3 March 2026 leaves our warehouse today; the tracking number follows by"
            " e-mail. (Drafted with the help of AI and checked by a person.)"
        ),
    ),
    "de": (
        "Ich habe am 3. März 2026 einen Wasserkocher bestellt und warte noch immer. Die Bestellnummer ist {n}.",
        "Es tut uns leid, dass Sie warten mussten. Die Bestellung {n} vom 03.03.2026 geht heute hinaus.",
    ),
    "ja": (
        "3月3日に注文した加湿器がまだ届きません。注文番号は{n}です。いつ届きますか。",
        "お待たせして申し訳ございません。ご注文{n}の加湿器は本日出荷の予定です。追跡番号はメールでお送りします。",
    ),
}


def scoring(stage: Any) -> Iterator[dict]:
    """Letters in three languages, as a service desk has them."""
    desk, at = stage.desk, timezone.now()
    for first in range(0, ROWS, BATCH):
        posted = [_letter(desk, number) for number in range(first, first + BATCH)]
        intake.accept(payloads=posted, agent=desk.agent, key=desk.key, at=at)
    autoqa.score_due(at=at, most=BATCH)
    began, used = time.perf_counter(), time.process_time()
    done = autoqa.score_due(at=at)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    yield figure("automatic QA: interactions", done, "in all")
    yield figure("automatic QA: rate of one process", done / seconds, "interactions/s", 500)
    yield figure("automatic QA: rate by processor time", done / used, "interactions/s")
    yield figure("automatic QA: flagged", AutoQa.objects.filter(flagged=True).count(), "in all")


def _letter(desk: worlds.Desk, number: int) -> dict[str, Any]:
    language = ("en", "de", "ja")[number % 3]
    asked, answered = (text.format(n=880_000 + number) for text in _LETTERS[language])
    return worlds.payload(
        desk,
        input={"message": asked, "article": {"title": "delivery", "text": answered}},
        ai_output={"decision": "pay", "amount": "12.00", "comment": answered},
        amount="12.00",
        language=language,
        subject_ref=f"letter-{number}",
        external_id=f"letter-{number}",
    )
