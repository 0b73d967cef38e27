"""The permission matrix as data: every route, every method it answers, every actor, and what must come of it.

`ok` is any success, `login` the way to the login page, a number is that status. Who is not named gets 404: a stranger
learns nothing. A method that is not in a row is answered 405 (or refused before that) and changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.permissions.stage import Stage

# People with a session; `twin` is the reviewer of the other desk, `stranger` belongs to an organisation without desks.
PEOPLE = (
    "stranger",
    "twin",
    "reviewer",
    "second",
    "lead",
    "auditor",
    "governance",
    "admin",
    "owner",
    "viewer",
    "dpo",
    "overseer",
)
AGENTS = ("no_key", "expired_key", "foreign_key", "own_key")

Make = Callable[[Stage], Any]


def _nothing(_stage: Stage) -> dict:
    return {}


@dataclass(frozen=True)
class Row:
    """One route and method. `expect` maps actors to what they get; `rest` is what everybody else gets."""

    route: str
    method: str
    expect: Mapping[str, str]
    kwargs: Make = _nothing
    data: Make = _nothing
    rest: str = "404"
    anonymous: str = "login"
    query: str = ""
    content_type: str = ""


def every(outcome: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, outcome)


ALL = every("ok", *PEOPLE)
CASE_SEERS = ("reviewer", "second", "lead", "auditor", "governance", "admin", "owner", "dpo", "overseer")
OVERSIGHT = ("lead", "auditor", "governance", "admin", "owner", "dpo", "overseer")
PROCESS = ("reviewer", "second", *OVERSIGHT, "viewer")


def case(stage: Stage) -> dict:
    return {"case_id": stage.held}


def waiting(stage: Stage) -> dict:
    return {"case_id": stage.waiting}


def code(stage: Stage) -> dict:
    return {"code": stage.desk.process.code}


def version(number: str) -> Make:
    return lambda stage: {"code": stage.desk.process.code, "version": getattr(stage, number)}


ROWS: list[Row] = [
    # ── Everybody ────────────────────────────────────────────────────────────────────────────────────────────
    Row("health", "GET", ALL, anonymous="ok"),
    Row("api_schema", "GET", ALL, anonymous="ok"),
    Row("api_docs", "GET", ALL, anonymous="ok"),
    Row("governance:home", "GET", ALL),
    Row("contracts:login", "GET", ALL, anonymous="ok"),
    Row(
        "contracts:login",
        "POST",
        ALL,
        anonymous="400",
        data=lambda s: {"username": "nobody", "password": "wrong"},
    ),
    Row("contracts:logout", "POST", ALL, anonymous="ok"),
    Row("contracts:password_change", "GET", ALL),
    Row("contracts:password_change", "POST", every("400", *PEOPLE), data=lambda s: {"old_password": "x"}),
    Row("contracts:inbox", "GET", ALL),
    Row("contracts:inbox_read", "POST", ALL),
    # ── Agreements and documents ─────────────────────────────────────────────────────────────────────────────
    Row("contracts:agreements", "GET", ALL),
    Row("contracts:agreement", "GET", every("ok", *PROCESS), kwargs=code),
    Row("contracts:document", "GET", every("ok", *PROCESS), kwargs=lambda s: {"document_id": s.desk.sop.pk}),
    # ── The desk ─────────────────────────────────────────────────────────────────────────────────────────────
    Row("reviews:queues", "GET", ALL),
    Row("reviews:next", "POST", ALL),
    Row("reviews:cases", "GET", ALL),
    Row("reviews:case", "GET", every("ok", *CASE_SEERS), kwargs=case),
    Row(
        "reviews:claim",
        "POST",
        {
            **every("ok", "second", "lead"),
            **every("403", "reviewer", "auditor", "governance", "admin", "owner", "dpo", "overseer"),
        },
        kwargs=waiting,
    ),
    Row(
        "reviews:heartbeat",
        "POST",
        {"reviewer": "ok", **every("409", "second", "lead"), **every("403", *CASE_SEERS[3:])},
        kwargs=case,
        data=lambda s: {"visible": "5", "active": "5"},
    ),
    Row(
        "reviews:extend",
        "POST",
        {"reviewer": "ok", **every("409", "second", "lead"), **every("403", *CASE_SEERS[3:])},
        kwargs=case,
    ),
    Row(
        "reviews:hand_back",
        "POST",
        {"reviewer": "ok", **every("409", "second", "lead"), **every("403", *CASE_SEERS[3:])},
        kwargs=case,
        data=lambda s: {"reason": "lunch"},
    ),
    Row(
        "reviews:evidence",
        "POST",
        {"reviewer": "ok", **every("409", "second", "lead"), **every("403", *CASE_SEERS[3:])},
        kwargs=lambda s: {"case_id": s.held, "panel": "order"},
    ),
    Row("reviews:draft", "POST", every("ok", *CASE_SEERS), kwargs=case, data=lambda s: {"note": "so far"}),
    Row(
        "reviews:reveal",
        "POST",
        {
            **every("ok", "reviewer", "second", "lead", "dpo"),
            **every("403", "auditor", "governance", "admin", "owner", "overseer"),
        },
        kwargs=case,
        data=lambda s: {"reason": "The customer asked for it"},
    ),
    Row(
        "reviews:decide",
        "POST",
        {"reviewer": "ok", **every("409", "second", "lead"), **every("403", *CASE_SEERS[3:])},
        kwargs=case,
        data=lambda s: {"verdict": "reject", "reason_code": "DUPLICATE", "reason": "DUPLICATE"},
    ),
    Row(
        "reviews:escalate",
        "POST",
        {"reviewer": "ok", **every("409", "second", "lead"), **every("403", *CASE_SEERS[3:])},
        kwargs=case,
        data=lambda s: {"note": "Who decides?"},
    ),
    Row(
        "reviews:ask",
        "POST",
        {"reviewer": "ok", **every("409", "second", "lead"), **every("403", *CASE_SEERS[3:])},
        kwargs=case,
        data=lambda s: {"note": "Which order?"},
    ),
    Row(
        "reviews:withdraw",
        "POST",
        {"reviewer": "ok", **every("403", *CASE_SEERS[1:])},
        kwargs=lambda s: {"decision_id": s.decision},
    ),
    # ── Escalations ──────────────────────────────────────────────────────────────────────────────────────────
    Row("reviews:escalations", "GET", ALL),
    Row(
        "reviews:acknowledge",
        "POST",
        {
            "lead": "ok",
            **every(
                "403", "reviewer", "second", "auditor", "governance", "admin", "owner", "dpo", "overseer"
            ),
        },
        kwargs=lambda s: {"escalation_id": s.escalation},
    ),
    Row(
        "reviews:hand_over",
        "POST",
        {
            "lead": "ok",
            **every(
                "403", "reviewer", "second", "auditor", "governance", "admin", "owner", "dpo", "overseer"
            ),
        },
        kwargs=lambda s: {"escalation_id": s.escalation},
        data=lambda s: {"to": str(s.desk.senior.pk), "reason": "on leave"},
    ),
    # ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────
    Row("reviews:rules", "GET", ALL),
    Row("reviews:rules_active", "GET", every("ok", *PROCESS), kwargs=code),
    Row(
        "reviews:rules_draft",
        "POST",
        {
            **every("ok", "owner", "admin"),
            **every(
                "403", "reviewer", "second", "lead", "auditor", "governance", "viewer", "dpo", "overseer"
            ),
        },
        kwargs=code,
    ),
    Row("reviews:rules_version", "GET", every("ok", *PROCESS), kwargs=version("active")),
    Row(
        "reviews:rules_rule",
        "GET",
        {
            **every("ok", "admin", "owner"),
            **every(
                "403", "reviewer", "second", "lead", "auditor", "governance", "viewer", "dpo", "overseer"
            ),
        },
        kwargs=version("draft"),
    ),
    Row(
        "reviews:rules_rule",
        "POST",
        {
            **every("ok", "admin", "owner"),
            **every(
                "403", "reviewer", "second", "lead", "auditor", "governance", "viewer", "dpo", "overseer"
            ),
        },
        kwargs=version("draft"),
        data=lambda s: s.rule_form,
    ),
    Row(
        "reviews:rules_remove",
        "POST",
        {
            **every("ok", "admin", "owner"),
            **every(
                "403", "reviewer", "second", "lead", "auditor", "governance", "viewer", "dpo", "overseer"
            ),
        },
        kwargs=version("draft"),
        data=lambda s: {"code": "AP-R4"},
    ),
    Row(
        "reviews:rules_propose",
        "POST",
        {
            **every("ok", "admin", "owner"),
            **every(
                "403", "reviewer", "second", "lead", "auditor", "governance", "viewer", "dpo", "overseer"
            ),
        },
        kwargs=version("draft"),
    ),
    Row(
        "reviews:rules_approve",
        "POST",
        {
            "owner": "ok",
            **every(
                "403",
                "admin",
                "reviewer",
                "second",
                "lead",
                "auditor",
                "governance",
                "viewer",
                "dpo",
                "overseer",
            ),
        },
        kwargs=version("proposed"),
    ),
    Row(
        "reviews:rules_reject",
        "POST",
        {
            "owner": "ok",
            **every(
                "403",
                "admin",
                "reviewer",
                "second",
                "lead",
                "auditor",
                "governance",
                "viewer",
                "dpo",
                "overseer",
            ),
        },
        kwargs=version("proposed"),
        data=lambda s: {"reason": "Too high"},
    ),
    Row(
        "reviews:rules_restore",
        "POST",
        {
            **every("ok", "owner", "admin"),
            **every(
                "403", "reviewer", "second", "lead", "auditor", "governance", "viewer", "dpo", "overseer"
            ),
        },
        kwargs=version("superseded"),
    ),
    # ── QA ───────────────────────────────────────────────────────────────────────────────────────────────────
    Row("reviews:samples", "GET", ALL),
    Row(
        "reviews:sampling_plan",
        "GET",
        {**every("403", *PROCESS), "governance": "ok"},
        kwargs=code,
    ),
    Row(
        "reviews:sampling_plan",
        "POST",
        {**every("403", *PROCESS), "governance": "ok"},
        kwargs=code,
        data=lambda s: {"fraction": "7", "reviewer_floor": "2", "stratum_floor": "1"},
    ),
    Row(
        "reviews:sample",
        "GET",
        {
            **every("ok", "auditor", "governance", "admin", "owner", "overseer"),
            **every("403", "reviewer", "second", "lead", "viewer", "dpo"),
        },
        kwargs=lambda s: {"draw_id": s.draw},
    ),
    Row(
        "reviews:evaluation",
        "GET",
        {
            **every("ok", "auditor"),
            **every(
                "403",
                "reviewer",
                "second",
                "lead",
                "governance",
                "viewer",
                "dpo",
                "admin",
                "owner",
                "overseer",
            ),
        },
        kwargs=lambda s: {"evaluation_id": s.evaluation},
    ),
    Row(
        "reviews:evaluation_submit",
        "POST",
        {
            "auditor": "ok",
            **every(
                "403",
                "reviewer",
                "second",
                "lead",
                "governance",
                "viewer",
                "dpo",
                "admin",
                "owner",
                "overseer",
            ),
        },
        kwargs=lambda s: {"evaluation_id": s.evaluation},
        data=lambda s: s.answers,
    ),
    # ── Oversight ────────────────────────────────────────────────────────────────────────────────────────────
    Row("governance:board", "GET", ALL),
    Row("governance:board_process", "GET", every("ok", *OVERSIGHT, "viewer"), kwargs=code),
    Row(
        "governance:board_list",
        "GET",
        {**every("ok", *OVERSIGHT, "viewer"), **every("403", "reviewer", "second")},
        kwargs=lambda s: {"code": s.desk.process.code, "tile": "volume"},
    ),
    Row("governance:trail", "GET", ALL),
    Row(
        "governance:story",
        "GET",
        {**every("ok", *OVERSIGHT), **every("403", "reviewer", "second", "viewer")},
        kwargs=lambda s: {"interaction_id": s.interaction},
    ),
]
