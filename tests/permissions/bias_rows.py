"""The rows of the matrix for fairness: read by those who see the board, audited by the governance lead, and protected
attributes supplied by those who keep the records."""

from tests.permissions.matrix import ALL, OVERSIGHT, PROCESS, Row, code, every, refused

_READS = every("ok", *OVERSIGHT, "viewer") | {"reviewer": "403", "second": "403"}

BIAS_ROWS = [
    Row("governance:bias", "GET", ALL),
    Row("governance:bias_process", "GET", _READS, kwargs=code),
    Row("governance:bias_result", "GET", _READS, kwargs=lambda s: {"audit_id": s.bias_audit}),
    # Nothing was chosen.
    Row("governance:bias_audit", "POST", refused(PROCESS, governance="400"), kwargs=code),
    Row("governance:bias_supply", "POST", refused(PROCESS, dpo="400"), kwargs=code),
]
