"""Automatic QA of everything that goes out: each interaction is scored once, whatever runs beside or again (F4)."""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from audit.domain.envelope import Actor, Target
from audit.errors import Invalid
from audit.services import recording
from contracts.enums import ModelStatus, Party
from contracts.models import ModelVersion, Organisation, Process
from contracts.services import ai_models
from reviews.domain import autoqa
from reviews.domain.autoqa import Engine, Subject, Terms
from reviews.models import AutoQa
from reviews.selectors import autoqa as selector
from reviews.selectors import engines
from reviews.selectors.autoqa import Place
from reviews.services import engine_answers, recall_proposals

CHUNK = 250
# So much at a time, then the next message goes on: nobody waits behind a back-fill for long.
MOST = 20_000
LOOK_BACK = timedelta(days=2)
_AUTO_QA = Actor.system("auto-qa")
_COLUMNS = (
    "input",
    "output",
    "citations",
    "attributes",
    "factors",
    "amount",
    "language",
    "external_id",
    "lineage",
    "step__code",
    "step__output_fields",
    "released_at",
)

logger = logging.getLogger(__name__)


def score_due(
    *,
    at: datetime,
    back: timedelta | None = None,
    codes: Collection[str] = (),
    most: int = MOST,
    told: Callable[[int], None] | None = None,
) -> int:
    """Score what went out and has no score, up to `back` ago; returns how many were scored now. An engine whose version was
    retired scores nothing (N1).

    A sweep: it may run twice and beside itself, and what stops it costs one chunk. `told` hears of each chunk.
    """
    chosen = engines.configured()
    done = 0
    for process in selector.processes(codes):
        since = at - back if back is not None else None
        if not selector.unscored(process, since).exists():
            continue
        version = enrol(engine=chosen, process=process, at=at)
        if version.status == ModelStatus.RETIRED:
            # Somebody took it out of the inventory: what has no score stands in the coverage as what it is.
            logger.warning("%s is retired and scores nothing: configure another engine", version.reference)
            break
        place: Place | None = None
        while done < most:
            scored, place = score_chunk(
                process=process, engine=chosen, version=version, at=at, since=since, after=place
            )
            done += scored
            if told is not None:
                told(scored)
            if place is None:
                break
    return done


def enrol(*, engine: Engine, process: Process, at: datetime) -> ModelVersion:
    """The engine's entry in the model inventory, made where there is none: nothing judges that is not listed (N1).

    It belongs to the operator of the portal, or to the provider where no operator has joined.
    """
    reference = engines.reference(engine)
    known = engines.listed(engine)
    if known is not None:
        return known
    owner = Organisation.objects.filter(kind=Party.OPERATOR).order_by("slug").first() or process.provider
    try:
        with transaction.atomic():
            return ai_models.register(
                vendor=owner,
                name=engine.name,
                version=engine.version,
                reference=reference,
                purpose="Scores every interaction that went out, for sentiment, grounding, policy, personal data, tone"
                " and injection. It points people to interactions and decides nothing.",
                limits="Rules and word lists in English, German and Japanese: it sees words, not what they mean.",
                procured_by=owner,
                by=None,
                at=at,
            )
    except IntegrityError:
        # Another worker was faster.
        return ModelVersion.objects.get(reference=reference)


@transaction.atomic
def score_chunk(
    *,
    process: Process,
    engine: Engine,
    version: ModelVersion,
    at: datetime,
    since: datetime | None = None,
    after: Place | None = None,
) -> tuple[int, Place | None]:
    """Score the next few, with their event; returns how many, and where to go on (None at the end).

    What another worker has in hand is passed over, and what it finished meanwhile is seen only after the lock.
    """
    rows = list(
        selector.unscored(process, since, after)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .values_list("pk", *_COLUMNS)[:CHUNK]
    )
    if not rows:
        return 0, None
    place = (rows[-1][-1], rows[-1][0])
    done = selector.scored_among([row[0] for row in rows])
    terms = _terms(process)
    fresh = [row for row in rows if row[0] not in done]
    scores = [_row(row, process, engine, version, terms, at) for row in fresh]
    if scores:
        AutoQa.objects.bulk_create(scores)
        # By the day (UTC) on which they went out, because coverage is of what went out on a day.
        days = Counter(row[-1].astimezone(UTC).date().isoformat() for row in fresh)
        _record(process, version, scores, days, at)
        recall_proposals.propose(process=process, version=version, scores=scores, at=at)
    return len(scores), place if len(rows) == CHUNK else None


def _terms(process: Process) -> Terms | Invalid:
    try:
        return autoqa.read(process.intake.get("autoqa", {}))
    except Invalid as refused:
        return refused


def _row(
    row: tuple[Any, ...],
    process: Process,
    engine: Engine,
    version: ModelVersion,
    terms: Terms | Invalid,
    at: datetime,
) -> AutoQa:
    found = engine_answers.answer(engine, _subject(row, process.intake.get("region", "")), terms)
    return AutoQa(
        interaction_id=row[0],
        process=process,
        engine=version,
        sentiment=None if found.sentiment is None else Decimal(str(found.sentiment)),
        flagged=bool(found.findings),
        findings=[{"flag": finding.flag, "sentence": finding.sentence} for finding in found.findings],
        scored_at=at,
    )


def _subject(row: tuple[Any, ...], region: Any) -> Subject:
    _, given, output, citations, attributes, factors, amount, language, name, lineage, step, fields, _ = row
    return Subject(
        step=step,
        language=language,
        input=given,
        output=output,
        citations=citations,
        beside=[attributes, factors, "" if amount is None else str(amount), name, lineage],
        chosen=autoqa.chosen(fields),
        region=str(region),
    )


def _record(
    process: Process, version: ModelVersion, scores: Sequence[AutoQa], days: Counter[str], at: datetime
) -> None:
    flags: Counter[str] = Counter()
    items = []
    digest = hashlib.sha256()
    for score in scores:
        named = list(dict.fromkeys(str(finding["flag"]) for finding in score.findings))
        flags.update(named)
        line = [str(score.interaction_id), str(score.sentiment), score.findings]
        digest.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode() + b"\n")
        if named:
            items.append({"id": str(score.interaction_id), "flags": named})
    recording.record(
        log=process.client.log_key,
        action="autoqa.scored",
        actor=_AUTO_QA,
        target=Target("process", str(process.pk), process.code),
        facts={
            "engine": version.reference,
            "scored": len(scores),
            "days": [{"day": day, "scored": scored} for day, scored in sorted(days.items())],
            "flagged": len(items),
            "flags": dict(sorted(flags.items())),
            "items": items,
            "digest": digest.hexdigest(),
        },
        at=at,
        client=process.client.slug,
        process=process.code,
    )
