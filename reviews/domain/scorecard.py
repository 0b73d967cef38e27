"""The QA scorecard: what an auditor answers, which controls each line tests, and how the answers become a score.

One interaction cannot pass a framework: a line is a test of operating effectiveness of the controls it names (F3).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from audit.errors import Invalid
from reviews.domain.qa_kinds import LineKind
from reviews.enums import Mark

PASS_MARK = 90
SOC2, ISO27001, AIA, ISO42001, NIST, GDPR = (
    "SOC 2",
    "ISO 27001",
    "EU AI Act",
    "ISO 42001",
    "NIST AI RMF",
    "GDPR",
)
FRAMEWORKS = (SOC2, ISO27001, AIA, ISO42001, NIST, GDPR)
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_REFERENCE = re.compile(r"(?=.*[0-9])(?:[A-Z]+ )?[A-Z0-9][A-Za-z0-9.()]{0,19}")
_EARNED = {
    Mark.PASS: Fraction(1),
    Mark.FAIL: Fraction(0),
    **{mark: Fraction(int(mark), 4) for mark in LineKind.POINTS.marks},
}
_BEST = {LineKind.MARK: Mark.PASS, LineKind.POINTS: Mark.FULL}
_WORST = {LineKind.MARK: Mark.FAIL, LineKind.POINTS: Mark.NONE}


@dataclass(frozen=True, slots=True)
class Control:
    """One control of one framework."""

    framework: str
    reference: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a scorecard. Failing a critical line brings the score to zero.

    `may_be_na` says whether the auditor may call it not applicable; a line with `applies` false is never asked in
    this process and counts as not applicable.
    """

    code: str
    text: str
    weight: int
    controls: tuple[Control, ...]
    critical: bool = False
    may_be_na: bool = True
    applies: bool = True
    kind: LineKind = LineKind.MARK

    @property
    def marks(self) -> list[Mark]:
        """What may be answered to it."""
        return [*self.kind.marks, Mark.NA] if self.may_be_na else self.kind.marks


@dataclass(frozen=True, slots=True)
class Score:
    """The result: 0–100 with two decimals, whether it passes, and which critical lines failed."""

    score: Decimal
    passed: bool
    critical_fail: bool
    critical_codes: tuple[str, ...] = ()


def _refs(framework: str, *references: str) -> tuple[Control, ...]:
    return tuple(Control(framework, reference) for reference in references)


TEMPLATE: tuple[Item, ...] = (
    Item(
        "authority",
        "The reviewer was authorised for this process and step when deciding",
        8,
        (
            *_refs(SOC2, "CC6.1", "CC6.3"),
            *_refs(ISO27001, "A.5.15", "A.5.18", "A.8.3"),
            *_refs(AIA, "26(2)"),
        ),
    ),
    Item(
        "four_eyes",
        "Required four-eyes was done by two different people",
        8,
        (*_refs(SOC2, "CC5.1"), *_refs(ISO27001, "A.5.3"), *_refs(AIA, "14")),
        critical=True,
    ),
    Item(
        "lineage",
        "The input is complete, valid and from a named source",
        8,
        (*_refs(SOC2, "PI1.2"), *_refs(ISO27001, "A.5.33"), *_refs(ISO42001, "A.7.5")),
        may_be_na=False,
    ),
    Item(
        "correct",
        "Processing and decision are correct against policy and evidence",
        16,
        (*_refs(SOC2, "PI1.3"), *_refs(ISO27001, "A.5.37"), *_refs(NIST, "MEASURE 2.3")),
        critical=True,
        may_be_na=False,
    ),
    Item(
        "delivery",
        "The output was delivered complete, to the right recipient, on time",
        8,
        (*_refs(SOC2, "PI1.4"), *_refs(ISO27001, "A.5.14")),
    ),
    Item(
        "privacy",
        "No unmasked personal data or secrets in prompt, output or notes",
        12,
        (
            *_refs(SOC2, "C1.1", "P4.1"),
            *_refs(ISO27001, "A.8.11", "A.8.12", "A.5.34"),
            *_refs(GDPR, "5", "25"),
        ),
        critical=True,
        may_be_na=False,
    ),
    Item(
        "need_to_know",
        "Only needed data was opened: what was opened fits the task",
        4,
        (*_refs(SOC2, "CC6.1"), *_refs(ISO27001, "A.5.15", "A.8.3"), *_refs(GDPR, "5(1)(c)")),
    ),
    Item(
        "procedure",
        "The procedure was followed in order, in the right version",
        8,
        (*_refs(SOC2, "CC5.3"), *_refs(ISO27001, "A.5.37", "A.5.36"), *_refs(ISO42001, "8.1")),
    ),
    Item(
        "rationale",
        "The rationale is specific, supports the outcome and cites evidence",
        8,
        (*_refs(SOC2, "CC2.1"), *_refs(ISO27001, "A.5.28"), *_refs(AIA, "86")),
    ),
    Item(
        "triggers",
        "The triggers fired correctly and were honoured",
        8,
        (*_refs(SOC2, "PI1.3", "CC5.2"), *_refs(ISO27001, "A.8.26"), *_refs(AIA, "14")),
        critical=True,
        may_be_na=False,
    ),
    Item(
        "escalation",
        "It was escalated when required, within time",
        6,
        (
            *_refs(SOC2, "CC7.3", "CC7.4"),
            *_refs(ISO27001, "A.5.24", "A.5.25", "A.5.26"),
            *_refs(NIST, "GOVERN 2.1"),
        ),
    ),
    Item(
        "customer_text",
        "Text for the customer is accurate, grounded and fair, and says that AI was used",
        6,
        (*_refs(SOC2, "PI1.4", "CC2.3"), *_refs(ISO27001, "A.5.31"), *_refs(AIA, "50")),
    ),
)


def compose(
    *, extra: Sequence[Item] = (), not_applicable: Collection[str] = (), template: Sequence[Item] = TEMPLATE
) -> tuple[Item, ...]:
    """The template with the lines a process adds, and without asking the ones that do not apply to it.

    Raises Invalid for a code given twice, an unknown one, a line without a weight, a text or a control, or a line
    left out that always applies.
    """
    items = [replace(item, applies=item.code not in not_applicable) for item in (*template, *extra)]
    codes = [item.code for item in items]
    if unknown := sorted(set(not_applicable) - set(codes)):
        raise Invalid("item_unknown", f"The scorecard has no line {', '.join(unknown)}.", "items")
    return check(items)


def check(items: Sequence[Item]) -> tuple[Item, ...]:
    """The lines, if they make a scorecard. Raises Invalid as `compose` does, for what is no code, and where a line of the
    template is missing that applies to every process, or nothing applies at all."""
    codes = [item.code for item in items]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise Invalid(
            "item_twice", f"This line stands in the scorecard twice: {', '.join(twice)}.", "items", twice
        )
    for item in items:
        if not _CODE.fullmatch(item.code):
            raise Invalid(
                "item_code", "A line needs a code of small letters, figures and _.", "items", [item.code]
            )
        if not item.text.strip() or item.weight <= 0 or not item.controls:
            raise Invalid(
                "item_incomplete", f"{item.code} needs a text, a weight and a control.", "items", [item.code]
            )
        if not item.applies and not item.may_be_na:
            raise Invalid("item_required", f"{item.code} applies to every process.", "items", [item.code])
    asked = {item.code for item in items if item.applies}
    if lost := [item.code for item in TEMPLATE if not item.may_be_na and item.code not in asked]:
        raise Invalid("item_required", f"{', '.join(lost)} applies to every process.", "items", lost)
    return tuple(items)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a line is worth: its share of the score in percent, and the score where it alone fails."""

    share: float
    failed: Score


def preview(items: Sequence[Item], *, pass_mark: int) -> list[tuple[Item, Worth]]:
    """Each line that applies, with what it is worth where everything applies."""
    asked = [item for item in items if item.applies]
    whole = sum(item.weight for item in asked)
    best = {item.code: _BEST[item.kind] for item in asked}
    return [
        (
            item,
            Worth(
                100 * item.weight / whole,
                score(asked, {**best, item.code: _WORST[item.kind]}, pass_mark=pass_mark),
            ),
        )
        for item in asked
    ]


def read_controls(text: str) -> tuple[Control, ...]:
    """Controls as they are typed: “SOC 2 CC6.1, CC6.3; ISO 27001 A.5.15”. Raises Invalid for a framework nobody knows, or
    one without a reference."""
    found: list[Control] = []
    for group in filter(None, (part.strip() for part in re.split(r"[;·\n]", text))):
        framework = next((name for name in FRAMEWORKS if group.startswith(f"{name} ")), None)
        if framework is None:
            raise Invalid(
                "control_unknown", f"“{group}” begins with none of {', '.join(FRAMEWORKS)}.", "controls"
            )
        references = [part.strip() for part in group.removeprefix(framework).split(",")]
        if not all(_REFERENCE.fullmatch(reference) for reference in references):
            raise Invalid("control_reference", f"“{group}” names no control as CC6.1 or A.5.15.", "controls")
        found += [Control(framework, reference) for reference in references]
    return tuple(dict.fromkeys(found))


def write_controls(controls: Iterable[Control]) -> str:
    """The same the other way round."""
    grouped: dict[str, list[str]] = {}
    for control in controls:
        grouped.setdefault(control.framework, []).append(control.reference)
    return "; ".join(f"{framework} {', '.join(found)}" for framework, found in grouped.items())


def score(items: Iterable[Item], answers: Mapping[str, Mark], *, pass_mark: int = PASS_MARK) -> Score:
    """The share of the weights of what applies that passed, in points of 100; zero after any critical failure.

    A line of 0 to 4 earns quarters of its weight. Lines that do not apply give theirs to the others. Passing needs `pass_mark` points and no critical failure.
    Raises Invalid for a line without an answer, an answer without a line, an N/A where the line always applies, or
    where nothing applies.
    """
    items = list(items)
    asked = {item.code for item in items if item.applies}
    if foreign := sorted(set(answers) - asked):
        raise Invalid("answer_unknown", f"The scorecard does not ask {', '.join(foreign)}.", "answers")
    if missing := [item.code for item in items if item.applies and item.code not in answers]:
        raise Invalid("answer_missing", "Answer every line.", missing[0], details=missing)
    if forbidden := [item.code for item in items if not item.may_be_na and answers[item.code] == Mark.NA]:
        raise Invalid(
            "always_applies", "This line always applies: pass or fail.", forbidden[0], details=forbidden
        )
    if strange := [
        item.code for item in items if item.applies and answers[item.code] not in (*item.kind.marks, Mark.NA)
    ]:
        raise Invalid("mark_of_another", "This line is answered otherwise.", strange[0], details=strange)
    counted = [(item, answers[item.code]) for item in items if item.applies and answers[item.code] != Mark.NA]
    if not counted:
        raise Invalid("nothing_scored", "Nothing applies: a score needs at least one line.", "answers")
    critical = tuple(item.code for item, mark in counted if item.critical and _EARNED[mark] == 0)
    share = sum((item.weight * _EARNED[mark] for item, mark in counted), Fraction(0)) / sum(
        item.weight for item, _ in counted
    )
    points = Fraction(0) if critical else 100 * share
    # Judged before rounding: 89.996 does not pass.
    return Score(_rounded(points), points >= pass_mark and not critical, bool(critical), critical)


def went_out_wrong(*, judged_wrong: bool, departed: bool) -> bool:
    """Whether what went out was wrong, from the auditor's blind judgement of the AI's output.

    It was, if a wrong output went out as it was, or if a right one was changed in substance, replaced or rejected.
    """
    return judged_wrong != departed


def dump(items: Iterable[Item]) -> list[dict[str, Any]]:
    """The lines as plain data, to be kept with the version."""
    return [
        {
            "code": item.code,
            "text": item.text,
            "weight": item.weight,
            "critical": item.critical,
            "may_be_na": item.may_be_na,
            "applies": item.applies,
            "kind": item.kind.value,
            "controls": [[control.framework, control.reference] for control in item.controls],
        }
        for item in items
    ]


def load(data: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """The lines that `dump` wrote."""
    return tuple(
        Item(
            code=line["code"],
            text=line["text"],
            weight=line["weight"],
            controls=tuple(Control(framework, reference) for framework, reference in line["controls"]),
            critical=line["critical"],
            may_be_na=line["may_be_na"],
            applies=line["applies"],
            # Versions of before knew one kind only.
            kind=LineKind(line.get("kind", LineKind.MARK)),
        )
        for line in data
    )


def _rounded(points: Fraction) -> Decimal:
    exact = Decimal(points.numerator) / Decimal(points.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
