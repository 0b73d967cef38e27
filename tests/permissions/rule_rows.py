"""The rows of the matrix for the life of rules: whoever writes them, whoever approves them, and everybody else."""

from tests.permissions.matrix import ALL, CASE_SEERS, PROCESS, Row, code, every, refused, version

_WRITES = refused(PROCESS, admin="ok", owner="ok")
_TOO_LATE = refused(PROCESS, admin="409", owner="409")
_JSON = "application/json"
_WHY = {"reason": "The supplier was hacked"}
_SEEN = {"against": 2}

# What is done with a version: by whom, with which version, and what is sent.
_ACTS = [
    ("propose", _WRITES, "draft", {}),
    ("approve", refused(PROCESS, owner="ok"), "proposed", _SEEN),
    ("reject", refused(PROCESS, owner="ok"), "proposed", _WHY),
    ("call_off", _TOO_LATE, "proposed", _WHY),
    ("emergency", _WRITES, "draft", _WHY | _SEEN),
    ("ratify", refused(PROCESS, owner="409"), "active", {}),
    ("rollback", _WRITES, "superseded", _SEEN),
    ("shadow", _WRITES, "proposed", {}),
    ("unshadow", _TOO_LATE, "proposed", {}),
]


def _pages() -> list[Row]:
    names = {"shadow": "shadow_start", "unshadow": "shadow_stop"}
    beside = {"propose", "approve", "reject", "rollback"}
    return [
        Row(
            f"reviews:rules_{names.get(act, act)}",
            "POST",
            expect,
            kwargs=version(which),
            data=lambda _s, sent=sent: sent,
        )
        for act, expect, which, sent in _ACTS
        if act not in beside
    ]


def _doors() -> list[Row]:
    return [
        Row(
            f"reviews:api_rules_{act}",
            "POST",
            expect,
            kwargs=version(which),
            data=lambda _s, sent=sent: sent,
            anonymous="401",
            content_type=_JSON,
        )
        for act, expect, which, sent in _ACTS
    ]


RULE_ROWS = [
    Row("reviews:rules_compare", "GET", every("ok", *PROCESS), kwargs=code),
    Row(
        "reviews:rules_shadow", "GET", refused(PROCESS, **every("ok", *CASE_SEERS)), kwargs=version("active")
    ),
    *_pages(),
    Row("reviews:api_rules", "GET", ALL, anonymous="401"),
    Row("reviews:api_rules_versions", "GET", every("ok", *PROCESS), kwargs=code, anonymous="401"),
    Row("reviews:api_rules_version", "GET", every("ok", *PROCESS), kwargs=version("active"), anonymous="401"),
    Row(
        "reviews:api_rules_diff",
        "GET",
        every("ok", *PROCESS),
        kwargs=version("superseded"),
        query="?to=2",
        anonymous="401",
    ),
    *_doors(),
]
