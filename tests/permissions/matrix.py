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
# The parties to an agreement: whoever signs, drafts, supervises or supplies stands beside them.
PARTIES = (*PEOPLE, "ops", "infosec", "legal", "vendor")
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


def refused(who: tuple[str, ...], **others: str) -> dict[str, str]:
    """Who may see it is refused with a sentence, but for the others."""
    return {**every("403", *who), **others}


ALL = every("ok", *PEOPLE)
CASE_SEERS = ("reviewer", "second", "lead", "auditor", "governance", "admin", "owner", "dpo", "overseer")
OVERSIGHT = ("lead", "auditor", "governance", "admin", "owner", "dpo", "overseer")
PROCESS = ("reviewer", "second", *OVERSIGHT, "viewer")
# Whoever sees the process at all, among the parties; and who reads what was agreed on it.
AGREED = (*PROCESS, "ops", "infosec", "legal", "vendor")
CONTRACT_READERS = ("ops", "governance", "infosec", "admin", "owner", "legal", "dpo", "viewer", "overseer")
ALL_PARTIES = every("ok", *PARTIES)
# What the one who has the case in hand may do; others who work its queue come too late.
HELD = refused(CASE_SEERS, reviewer="ok", second="409", lead="409")


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
    # ── Documents ────────────────────────────────────────────────────────────────────────────────────────────
    Row("contracts:document", "GET", every("ok", *PROCESS), kwargs=lambda s: {"document_id": s.desk.sop.pk}),
    # ── The desk ─────────────────────────────────────────────────────────────────────────────────────────────
    Row("reviews:queues", "GET", ALL),
    Row("reviews:next", "POST", ALL),
    Row("reviews:cases", "GET", ALL),
    Row("reviews:case", "GET", every("ok", *CASE_SEERS), kwargs=case),
    Row(
        "reviews:claim",
        "POST",
        refused(CASE_SEERS, second="ok", lead="ok"),
        kwargs=waiting,
    ),
    Row(
        "reviews:heartbeat",
        "POST",
        HELD,
        kwargs=case,
        data=lambda s: {"visible": "5", "active": "5"},
    ),
    Row(
        "reviews:extend",
        "POST",
        HELD,
        kwargs=case,
    ),
    Row(
        "reviews:hand_back",
        "POST",
        HELD,
        kwargs=case,
        data=lambda s: {"reason": "lunch"},
    ),
    Row(
        "reviews:evidence",
        "POST",
        HELD,
        kwargs=lambda s: {"case_id": s.held, "panel": "order"},
    ),
    Row("reviews:draft", "POST", every("ok", *CASE_SEERS), kwargs=case, data=lambda s: {"note": "so far"}),
    Row(
        "reviews:reveal",
        "POST",
        refused(CASE_SEERS, reviewer="ok", second="ok", lead="ok", dpo="ok"),
        kwargs=case,
        data=lambda s: {"reason": "The customer asked for it"},
    ),
    Row(
        "reviews:decide",
        "POST",
        HELD,
        kwargs=case,
        data=lambda s: {"verdict": "reject", "reason_code": "DUPLICATE", "reason": "DUPLICATE"},
    ),
    Row(
        "reviews:escalate",
        "POST",
        HELD,
        kwargs=case,
        data=lambda s: {"note": "Who decides?"},
    ),
    Row(
        "reviews:ask",
        "POST",
        HELD,
        kwargs=case,
        data=lambda s: {"note": "Which order?"},
    ),
    Row(
        "reviews:withdraw",
        "POST",
        refused(CASE_SEERS, reviewer="ok"),
        kwargs=lambda s: {"decision_id": s.decision},
    ),
    # ── Escalations ──────────────────────────────────────────────────────────────────────────────────────────
    Row("reviews:escalations", "GET", ALL),
    Row(
        "reviews:acknowledge",
        "POST",
        refused(CASE_SEERS, lead="ok"),
        kwargs=lambda s: {"escalation_id": s.escalation},
    ),
    Row(
        "reviews:hand_over",
        "POST",
        refused(CASE_SEERS, lead="ok"),
        kwargs=lambda s: {"escalation_id": s.escalation},
        data=lambda s: {"to": str(s.desk.senior.pk), "reason": "on leave"},
    ),
    # ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────
    Row("reviews:rules", "GET", ALL),
    Row("reviews:rules_active", "GET", every("ok", *PROCESS), kwargs=code),
    Row(
        "reviews:rules_draft",
        "POST",
        refused(PROCESS, owner="ok", admin="ok"),
        kwargs=code,
    ),
    Row("reviews:rules_version", "GET", every("ok", *PROCESS), kwargs=version("active")),
    Row(
        "reviews:rules_rule",
        "GET",
        refused(PROCESS, admin="ok", owner="ok"),
        kwargs=version("draft"),
    ),
    Row(
        "reviews:rules_rule",
        "POST",
        refused(PROCESS, admin="ok", owner="ok"),
        kwargs=version("draft"),
        data=lambda s: s.rule_form,
    ),
    Row(
        "reviews:rules_remove",
        "POST",
        refused(PROCESS, admin="ok", owner="ok"),
        kwargs=version("draft"),
        data=lambda s: {"code": "AP-R4"},
    ),
    Row(
        "reviews:rules_propose",
        "POST",
        refused(PROCESS, admin="ok", owner="ok"),
        kwargs=version("draft"),
    ),
    Row(
        "reviews:rules_approve",
        "POST",
        refused(PROCESS, owner="ok"),
        kwargs=version("proposed"),
        data=lambda s: {"against": s.active},
    ),
    Row(
        "reviews:rules_reject",
        "POST",
        refused(PROCESS, owner="ok"),
        kwargs=version("proposed"),
        data=lambda s: {"reason": "Too high"},
    ),
    Row(
        "reviews:rules_restore",
        "POST",
        refused(PROCESS, owner="ok", admin="ok"),
        kwargs=version("superseded"),
        data=lambda s: {"against": s.active},
    ),
    # ── QA ───────────────────────────────────────────────────────────────────────────────────────────────────
    Row("reviews:samples", "GET", ALL),
    Row("reviews:auto_qa", "GET", ALL),
    Row(
        "reviews:auto_qa_process",
        "GET",
        refused(PROCESS, auditor="ok", governance="ok", admin="ok", owner="ok", overseer="ok"),
        kwargs=code,
    ),
    Row(
        "reviews:qa_estimates",
        "GET",
        refused(PROCESS, auditor="ok", governance="ok", admin="ok", owner="ok", overseer="ok"),
        kwargs=code,
    ),
    Row(
        "reviews:api_qa_estimates",
        "GET",
        refused(PROCESS, auditor="ok", governance="ok", admin="ok", owner="ok", overseer="ok"),
        kwargs=code,
        anonymous="401",
    ),
    Row(
        "reviews:sampling_plan",
        "GET",
        refused(PROCESS, governance="ok"),
        kwargs=code,
    ),
    Row(
        "reviews:sampling_plan",
        "POST",
        refused(PROCESS, governance="ok"),
        kwargs=code,
        data=lambda s: {"fraction": "7", "reviewer_floor": "2", "stratum_floor": "1", "cut_by": "shift"},
    ),
    Row(
        "reviews:sample",
        "GET",
        refused(PROCESS, auditor="ok", governance="ok", admin="ok", owner="ok", overseer="ok"),
        kwargs=lambda s: {"draw_id": s.draw},
    ),
    Row(
        "reviews:evaluation",
        "GET",
        refused(PROCESS, auditor="ok"),
        kwargs=lambda s: {"evaluation_id": s.evaluation},
    ),
    Row(
        "reviews:evaluation_submit",
        "POST",
        refused(PROCESS, auditor="ok"),
        kwargs=lambda s: {"evaluation_id": s.evaluation},
        data=lambda s: s.answers,
    ),
    # ── Oversight ────────────────────────────────────────────────────────────────────────────────────────────
    Row("governance:board", "GET", ALL),
    Row("governance:board_process", "GET", every("ok", *OVERSIGHT, "viewer"), kwargs=code),
    Row("governance:rule_costs", "GET", every("ok", *OVERSIGHT, "viewer"), kwargs=code),
    Row(
        "governance:api_rule_costs",
        "GET",
        every("ok", *OVERSIGHT, "viewer"),
        kwargs=code,
        anonymous="401",
    ),
    Row(
        "governance:rule_costs_draft",
        "POST",
        refused((*OVERSIGHT, "viewer"), admin="ok", owner="ok"),
        kwargs=code,
        data=lambda s: {"rule": "AP-R4"},
    ),
    Row(
        "governance:board_list",
        "GET",
        refused(
            PROCESS,
            lead="ok",
            auditor="ok",
            governance="ok",
            admin="ok",
            owner="ok",
            dpo="ok",
            overseer="ok",
            viewer="ok",
        ),
        kwargs=lambda s: {"code": s.desk.process.code, "tile": "volume"},
    ),
    Row("governance:trail", "GET", ALL),
    Row("governance:trail_find", "POST", ALL, data=lambda s: {"about": "supplier-88"}),
    Row("governance:logs", "GET", ALL),
    Row("governance:drills", "GET", ALL),
    Row("governance:drills_start", "POST", every("ok", *OVERSIGHT), kwargs=lambda s: {"log": "north"}),
    Row(
        "governance:story",
        "GET",
        refused(
            PROCESS, lead="ok", auditor="ok", governance="ok", admin="ok", owner="ok", dpo="ok", overseer="ok"
        ),
        kwargs=lambda s: {"interaction_id": s.interaction},
    ),
    Row(
        "governance:story_evidence",
        "POST",
        refused(
            PROCESS,
            lead="ok",
            auditor="ok",
            governance="ok",
            admin="ok",
            owner="ok",
            dpo="ok",
            overseer="ok",
        ),
        kwargs=lambda s: {"interaction_id": s.interaction},
    ),
]
