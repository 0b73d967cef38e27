"""The rows of the matrix for service levels: read by whoever reads the contracts; a breach is disputed by whoever signs for the
party that answers for it, and settled by whoever signs for the other."""

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


SERVICE_LEVEL_ROWS = [
    Row("governance:attainment", "GET", _READ, kwargs=code),
    Row("governance:breaches", "GET", _READ, kwargs=code),
    Row("governance:breach", "GET", _SEE, kwargs=_breach("breach")),
    Row("governance:breach_dispute", "POST", _acts("ops"), kwargs=_breach("breach"), data=_why),
    Row("governance:breach_settle", "POST", _acts("owner"), kwargs=_breach("disputed"), data=_why),
]
