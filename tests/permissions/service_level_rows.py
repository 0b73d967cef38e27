"""The rows of the matrix for service levels: read by whoever reads the contracts; a breach is disputed by whoever signs for the
party that answers for it, and settled by whoever signs for the other."""

from contracts.models import ServiceLevel
from tests.permissions.matrix import AGREED, CONTRACT_READERS, Make, Row, code, every, refused
from tests.permissions.stage import Stage

_READ = {**every("403", *AGREED), **every("ok", *CONTRACT_READERS)}
_OTHERS = tuple(name for name in AGREED if name not in CONTRACT_READERS)
# Who does not read the contracts does not learn that there is a breach.
_SEE = {**every("404", *_OTHERS), **every("ok", *CONTRACT_READERS)}


def _breach(name: str) -> Make:
    return lambda stage: {"code": stage.desk.process.code, "breach_id": getattr(stage, name)}


def _acts(who: str) -> dict[str, str]:
    return {**every("404", *_OTHERS), **refused(CONTRACT_READERS, **{who: "ok"})}


def _why(_stage: Stage) -> dict[str, str]:
    return {"why": "It was announced by mail", "upheld": "yes"}


_DRAFTERS = {"governance": "ok", "legal": "ok"}
_WRITERS = {**every("403", *AGREED), **_DRAFTERS}
# Drafts and proposals are read by those who write or sign them.
_OPEN = {**every("403", *_OTHERS), **every("ok", "governance", "legal", "owner", "ops")}
_SIGN = {**every("403", *_OTHERS, "governance", "legal"), "owner": "ok", "ops": "ok"}
_EDIT = {**every("403", *_OTHERS, "owner", "ops"), **_DRAFTERS}


def _version(name: str) -> Make:
    return lambda stage: {"code": stage.desk.process.code, "version": getattr(stage, name)}


def _said(stage: Stage) -> dict[str, str]:
    return {"digest": stage.levels_digest, "why": "The floor is too high"}


def _level(stage: Stage) -> dict[str, str]:
    return {
        **{"name": "Another", "kind": "outcome", "metric": "reported", "bound": "at_least", "target": "97"},
        **{"unit": "percent", "weight": "10", "edits": str(stage.levels_edits)},
    }


def _credits(stage: Stage) -> dict[str, str]:
    return {
        "monthly_fee": "1",
        "credit_percent": "1",
        "credit_percent_again": "1",
        "credit_cap": "1",
        "edits": str(stage.levels_edits),
    }


def _figure(stage: Stage) -> dict[str, str]:
    return {"name": "Paid on time", "month": f"{stage.at:%Y-%m}", "value": "97", "source": "Ledger"}


def _calendar(stage: Stage) -> dict[str, object]:
    return {"code": stage.desk.process.code, "calendar_id": stage.desk.process.calendar_id}


def _hours(_stage: Stage) -> dict[str, str]:
    return {
        "time_zone": "Asia/Kolkata",
        "day_0": "09:00–12:00, 13:00–18:00",
        "why": "It moved",
        "number": "1",
    }


def _new_hours(stage: Stage) -> dict[str, str]:
    return {**_hours(stage), "name": "Another desk"}


def _target(stage: Stage) -> dict[str, object]:
    process = stage.desk.process
    draft = ServiceLevel.objects.get(agreement__process=process, agreement__version=stage.levels_draft)
    return {"code": process.code, "version": stage.levels_draft, "level_id": draft.pk}


def _level_body(stage: Stage) -> dict[str, object]:
    return {**_level(stage), "weight": "0.1", "edits": stage.levels_edits}


def _credits_body(stage: Stage) -> dict[str, object]:
    return {**_credits(stage), "edits": stage.levels_edits}


def _nothing(_stage: Stage) -> dict[str, object]:
    return {}


# Counsel has an open draft already.
_WRITERS_OPEN = {**every("403", *AGREED), "governance": "ok", "legal": "409"}


def _by_program(name: str, method: str, expect: dict[str, str], kwargs: Make, data: Make = _nothing) -> Row:
    return Row(
        f"contracts:api_service_levels_{name}",
        method,
        expect,
        kwargs=kwargs,
        data=data,
        content_type="application/json",
        anonymous="401",
    )


SERVICE_LEVEL_ROWS = [
    Row("contracts:calendars", "GET", _READ, kwargs=code),
    Row("contracts:calendar", "GET", _READ, kwargs=_calendar),
    Row("contracts:calendar_define", "GET", _WRITERS, kwargs=code),
    Row("contracts:calendar_define", "POST", _WRITERS, kwargs=code, data=_new_hours),
    Row("contracts:calendar_redefine", "GET", _WRITERS, kwargs=_calendar),
    Row("contracts:calendar_redefine", "POST", _WRITERS, kwargs=_calendar, data=_hours),
    Row("contracts:service_levels", "GET", _READ, kwargs=code),
    Row("contracts:service_levels_draft", "POST", _WRITERS, kwargs=code),
    Row(
        "contracts:service_levels_report",
        "POST",
        {**every("403", *AGREED), **_DRAFTERS, "owner": "ok", "ops": "ok"},
        kwargs=code,
        data=_figure,
    ),
    Row("contracts:service_levels_version", "GET", _READ, kwargs=_version("levels_active")),
    Row("contracts:service_levels_version", "GET", _OPEN, kwargs=_version("levels_draft")),
    Row("contracts:service_level", "GET", _EDIT, kwargs=_version("levels_draft")),
    Row("contracts:service_level", "POST", _EDIT, kwargs=_version("levels_draft"), data=_level),
    Row(
        "contracts:service_level_remove",
        "POST",
        _EDIT,
        kwargs=_version("levels_draft"),
        data=lambda _s: {"name": "Appeals lost"},
    ),
    Row("contracts:service_levels_credits", "POST", _EDIT, kwargs=_version("levels_draft"), data=_credits),
    Row("contracts:service_levels_propose", "POST", _EDIT, kwargs=_version("levels_draft")),
    Row("contracts:service_levels_accept", "POST", _SIGN, kwargs=_version("levels_proposed"), data=_said),
    Row("contracts:service_levels_reject", "POST", _SIGN, kwargs=_version("levels_proposed"), data=_said),
    _by_program("drafts", "POST", _WRITERS_OPEN, code),
    _by_program("version", "GET", _READ, _version("levels_active")),
    _by_program("version", "GET", _OPEN, _version("levels_draft")),
    _by_program("levels", "POST", _EDIT, _version("levels_draft"), _level_body),
    _by_program("level", "PUT", _EDIT, _target, _level_body),
    _by_program("level", "DELETE", _EDIT, _target),
    _by_program("credits", "PUT", _EDIT, _version("levels_draft"), _credits_body),
    _by_program("propose", "POST", _EDIT, _version("levels_draft")),
    _by_program("accept", "POST", _SIGN, _version("levels_proposed"), lambda s: {"digest": s.levels_digest}),
    Row("governance:attainment", "GET", _READ, kwargs=code),
    Row("governance:api_service_levels", "GET", _READ, kwargs=code, anonymous="401"),
    Row("governance:api_breaches", "GET", _READ, kwargs=code, anonymous="401"),
    Row(
        "governance:api_measurements",
        "POST",
        {**every("403", *AGREED), **_DRAFTERS, "owner": "ok", "ops": "ok"},
        kwargs=code,
        data=_figure,
        anonymous="401",
        content_type="application/json",
    ),
    Row("governance:breaches", "GET", _READ, kwargs=code),
    Row("governance:breach", "GET", _SEE, kwargs=_breach("breach")),
    Row("governance:breach_dispute", "POST", _acts("ops"), kwargs=_breach("breach"), data=_why),
    Row("governance:breach_settle", "POST", _acts("owner"), kwargs=_breach("disputed"), data=_why),
]
