"""What is done to a submission before any lock is taken: redaction, lineage, data quality, the model and its endpoint.

Nothing here reads or writes the database; a batch can be prepared while another is being stored.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from audit.errors import Invalid
from contracts.domain import sovereignty
from contracts.domain.halting import HaltTerms
from contracts.domain.sovereignty import EndpointTerms, Fault
from reviews.domain import autoqa, lineage, quality, redaction
from reviews.domain.autoqa import Subject
from reviews.domain.autoqa.watch import REASON
from reviews.domain.submission import Submission
from reviews.selectors.snapshots import Snapshot, Step
from reviews.services import engine_answers

# What makes quarantine: the interaction is kept apart and nobody reviews it before its source is mended.
UNAPPROVED = "MODEL_UNAPPROVED"
LINEAGE, ENDPOINT, PERSONAL = "LINEAGE", "ENDPOINT", "PERSONAL_DATA"


@dataclass(slots=True)
class Prepared:
    """A submission made safe to store: redacted, with what was found wrong in it."""

    submission: Submission
    step: Step
    at: datetime
    subject: str
    input: Any = None
    output: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    factors: list = field(default_factory=list)
    citations: list = field(default_factory=list)
    external_id: str = ""
    source: str = ""
    endpoint: str = ""
    model_reference: str = ""
    lineage: list = field(default_factory=list)
    telemetry: dict[str, Any] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    lineage_missing: list[str] = field(default_factory=list)
    quality_score: int = 100
    quality_codes: list[str] = field(default_factory=list)
    quarantine: list[tuple[str, str]] = field(default_factory=list)
    review: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    # Where it was processed, as far as that is known, and in what that is not allowed.
    processed: EndpointTerms | None = None
    violations: list[tuple[Fault, str]] = field(default_factory=list)
    model_version_id: UUID | None = None
    # Which halt governs it, and why it then goes to a person: judged anew with each attempt to store it.
    halt: HaltTerms | None = None
    halted: list[tuple[str, str]] = field(default_factory=list)
    adverse: bool | None = False


def subject_key(log_key: str, reference: str) -> str:
    """The keyed hash one subject is known by: it adds up, and it names nobody."""
    if not reference:
        return ""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{log_key}\x00{reference}".encode(), hashlib.sha256)
    return digest.hexdigest()[:32]


def prepare(submission: Submission, snapshot: Snapshot, at: datetime) -> Prepared:
    """Redact and judge one submission. Raises Invalid for a step the process does not have."""
    step = snapshot.steps.get(submission.step)
    if step is None:
        raise Invalid(
            "unknown_step",
            f"The process {snapshot.code} has no step {submission.step!r}.",
            "/step",
            [{"pointer": "/step", "detail": f"Known steps: {', '.join(snapshot.steps)}."}],
        )
    prepared = Prepared(submission, step, at, subject_key(snapshot.log_key, submission.subject_ref))
    _redact(prepared, snapshot)
    _trace(prepared, snapshot.policy)
    _weigh(prepared, snapshot.policy)
    _vet_model(prepared)
    _vet_endpoint(prepared, snapshot)
    _watch(prepared, snapshot)
    prepared.adverse = step.adversity(submission.output)
    return prepared


def _redact(prepared: Prepared, snapshot: Snapshot) -> None:
    """A4: every text that will be stored readable is redacted, also the labels around the content."""
    submission, policy = prepared.submission, snapshot.policy
    body = {
        "input": submission.input,
        "output": submission.output,
        "attributes": submission.attributes,
        "factors": submission.factors,
        "citations": submission.citations,
    }
    labels = _labels(prepared)
    classes: set[str] = set()
    attested = submission.attestation is not None
    leaked = False
    if attested:
        # Redacted upstream and attested: only what goes back to the customer is scanned again.
        whole = policy.get("scan_attested", "output") != "output"
        leaked = bool(redaction.scan_json({**body, **labels} if whole else body["output"]))
        if leaked:
            prepared.quarantine.append((PERSONAL, "Attested as redacted, yet personal data was found in it"))
    if attested and not leaked:
        prepared.report = {"detector_version": redaction.VERSION, "counts": {}, "attested": True}
    else:
        names = tuple(submission.customer.values())
        result = redaction.redact_json({**body, **labels}, names=names, region=policy.get("region", ""))
        body, labels = result.value, {name: result.value[name] for name in labels}
        prepared.originals = dict(result.originals)
        prepared.report = {**result.report, "attested": attested}
        if result.originals:
            classes.add("personal")
    classes |= set(labels.get("classes", ())) | redaction.detect_classes(
        _texts([submission.input, submission.output])
    )
    prepared.classes = sorted(classes)
    prepared.input, prepared.output = body["input"], body["output"]
    prepared.attributes, prepared.factors, prepared.citations = (
        body["attributes"],
        body["factors"],
        body["citations"],
    )
    _keep_labels(prepared, labels, snapshot.log_key)


def _labels(prepared: Prepared) -> dict[str, Any]:
    """The texts beside the content that an agent chose freely; names that the step knows need no look."""
    submission, step = prepared.submission, prepared.step
    labels: dict[str, Any] = {
        "external": submission.external_id,
        "source": submission.source,
        "telemetry": submission.telemetry,
        "lineage": submission.lineage,
        "classes": submission.data_classes,
        "endpoint": "" if submission.endpoint in step.endpoints else submission.endpoint,
        "model": "" if submission.model_version in step.models else submission.model_version,
        "fingerprint": submission.model_fingerprint if _is_another_make(prepared) else "",
    }
    return {name: label for name, label in labels.items() if label}


def _keep_labels(prepared: Prepared, labels: Mapping[str, Any], log_key: str) -> None:
    submission = prepared.submission
    external = labels.get("external", "")
    # It must stay the same name for the same thing, so what names a person becomes a keyed hash and not a token.
    prepared.external_id = (
        external
        if external == submission.external_id
        else f"h-{subject_key(log_key, submission.external_id)}"
    )
    prepared.source = labels.get("source", "")[:80]
    prepared.endpoint = labels.get("endpoint", submission.endpoint)[:80]
    prepared.model_reference = labels.get("model", submission.model_version)[:120]
    if made_of := labels.get("fingerprint"):
        prepared.model_reference = f"{prepared.model_reference[:80]} ({made_of[:36]})"
    prepared.lineage = labels.get("lineage", [])
    prepared.telemetry = labels.get("telemetry", {})


def _texts(value: Any) -> str:
    """All the texts in a JSON value, one below the other."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return "\n".join(reversed(found))


def _trace(prepared: Prepared, policy: Mapping) -> None:
    """A2: where the process asks for an origin and it is incomplete, the interaction is kept apart."""
    required = policy.get("required_lineage")
    if not required:
        return
    prepared.lineage_missing = lineage.missing(prepared.submission.lineage, frozenset(required))
    if prepared.lineage_missing:
        missing = ", ".join(prepared.lineage_missing)
        prepared.quarantine.append((LINEAGE, f"The origin of the data is incomplete: {missing}"))


def _weigh(prepared: Prepared, policy: Mapping) -> None:
    """A3: the checks of the process, each with its consequence: a person, or quarantine."""
    if "quality" not in policy:
        return
    posted = prepared.submission
    report = quality.assess(
        posted.input,
        posted.attributes,
        policy["quality"],
        prepared.at,
        own={"amount": posted.amount, "subject_ref": posted.subject_ref},
        step=posted.step,
    )
    prepared.quality_score = report.score
    for finding in report.findings:
        prepared.quality_codes.append(finding.code)
        held = prepared.quarantine if finding.consequence == quality.QUARANTINE else prepared.review
        sentence = finding.sentence
        for token, original in prepared.originals.items():
            sentence = sentence.replace(original, token)
        held.append((finding.code, sentence))


def _vet_model(prepared: Prepared) -> None:
    """L3, L4: only what was approved for the step decides; what is made of something else is not what was approved."""
    if not _is_another_make(prepared):
        prepared.model_version_id = prepared.step.models.get(prepared.submission.model_version)
    if prepared.model_version_id is None:
        prepared.problems.append(UNAPPROVED)


def _is_another_make(prepared: Prepared) -> bool:
    """Whether the model says that it is made of something else than what was registered with its version."""
    posted = prepared.submission.model_fingerprint
    registered = prepared.step.fingerprints.get(prepared.submission.model_version)
    return bool(posted and registered and posted != registered)


def _vet_endpoint(prepared: Prepared, snapshot: Snapshot) -> None:
    """A5: where it was processed is allowed for the step, and keeps to what the process allows; or it is kept apart."""
    named, allowed = prepared.submission.endpoint, prepared.step.endpoints
    terms = prepared.processed = snapshot.endpoints.get(named)
    name = prepared.endpoint or "(none named)"
    if allowed and named not in allowed:
        prepared.violations.append((Fault.NOT_ALLOWED, f"The endpoint {name} is not allowed for this step"))
    elif terms is None and snapshot.ground.regions:
        prepared.violations.append((Fault.UNREGISTERED, f"Nobody registered the endpoint {name}"))
    if terms is not None:
        prepared.violations += sovereignty.faults(terms, snapshot.ground, prepared.classes)
    prepared.quarantine += [(ENDPOINT, sentence) for _, sentence in prepared.violations]


def _watch(prepared: Prepared, snapshot: Snapshot) -> None:
    """F4: what automatic QA flags so that a person has to look does not go out before he did; nor does what it cannot score."""
    watch, posted = snapshot.watch, prepared.submission
    if watch is None or not watch.acts_in(posted.language):
        return
    subject = Subject(
        step=posted.step,
        language=posted.language,
        input=prepared.input,
        output=prepared.output,
        citations=prepared.citations,
        beside=[
            prepared.attributes,
            prepared.factors,
            "" if posted.amount is None else str(posted.amount),
            prepared.external_id,
            prepared.lineage,
        ],
        chosen=autoqa.chosen(prepared.step.row.output_fields),
        region=str(snapshot.policy.get("region", "")),
    )
    found = engine_answers.answer(watch.engine, subject, watch.terms)
    prepared.review += [(REASON, f"Automatic QA: {one.sentence}") for one in watch.before(found.findings)]
