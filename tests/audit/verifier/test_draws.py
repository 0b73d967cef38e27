"""Drawing again, offline: a stranger's Python draws what the portal drew, and names the place where it did not."""

import hashlib
import json
from base64 import b64decode
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.verifier import audit_verify
from reviews.domain import planning, sampling
from reviews.domain.neyman import Looks
from reviews.domain.planning import Month, Week
from reviews.domain.qa_kinds import Cut
from reviews.domain.sampling import Item, Plan
from tests.audit.domain import notes
from tests.audit.verifier import evidence
from tests.audit.verifier.drawn import DRAWN, FIXED, FRAME, SEEDED, Log

ITEMS = st.tuples(st.sampled_from("abc"), st.sampled_from(["", "r1", "r2"]))
WEIGHTS = st.fractions(0, 8, max_denominator=4)


@given(
    cells=st.lists(ITEMS, max_size=40),
    n=st.integers(0, 45),
    weights=st.dictionaries(st.sampled_from("abc"), WEIGHTS),
    floors=st.dictionaries(st.sampled_from(["r1", "r2", "r3"]), st.integers(0, 5)),
    stratum_floors=st.dictionaries(st.sampled_from("abc"), st.integers(0, 4)),
    stratum_floor=st.integers(0, 2),
    seed=st.binary(min_size=32, max_size=32),
)
@settings(max_examples=200, deadline=None)
def test_a_draw_made_again_is_the_draw(cells, n, weights, floors, stratum_floors, stratum_floor, seed):
    """F1: the program and the portal draw alike, whatever the frame and the plan; also from none, one or one stratum."""
    frame = [Item(f"i{number}", stratum, reviewer) for number, (stratum, reviewer) in enumerate(cells)]
    plan = Plan(n, weights, floors, stratum_floor, stratum_floors)

    drawn = sampling.draw(frame, seed, plan)
    again = audit_verify.redraw(
        [(item.id, item.stratum, item.reviewer) for item in frame],
        seed,
        audit_verify.read_plan(json.loads(json.dumps(planning.dump(plan)))),
    )

    assert again == sorted((item.id, item.stratum, str(item.pi)) for item in drawn.items)


@pytest.mark.parametrize(
    ("kind", "words"), [("witnessed", "confirmed by witness.example/w1"), ("checkpoint", "could have known")]
)
def test_a_draw_is_made_again_from_its_bundle(kind, words, check):
    status, answer = check(Log(kind=kind).bundle())

    assert (status, answer["exit"]) == (0, 0)
    assert answer["draw"]["frame"] == len(FRAME)
    assert answer["draw"]["seed_kind"] == kind
    assert words in str(answer) or kind in str(answer)


def test_a_draw_by_neyman_from_strata_of_shifts_and_reviewers_is_made_again(check):
    """F1: what is kept beside the plan, the names of strata and odd weights change nothing for whoever draws again."""
    names = {"r0": "high/reviewed/shift=late/reviewer=r0", "r1": "high/reviewed/shift=late/reviewer=other"}
    frame = [Item(one.id, names.get(one.reviewer, one.stratum), one.reviewer) for one in FRAME]
    seen = {name: Looks(40, 7) for name in names.values()}
    day = planning.for_day(
        fraction=Decimal("0.25"),
        sizes=Counter(item.stratum for item in frame),
        reviewers={},
        month=Month(),
        week=Week(),
        seen=seen,
        enhanced=True,
    )
    kept = planning.kept(day, list(Cut)) | {"enhanced": {"since": "2026-03-03", "until": "2026-03-09"}}
    log = Log(frame=frame, plan=day.plan, fixed_facts={"plan": kept})

    assert (kept["allocation"], day.plan.n) == ("neyman", 15)
    assert any(weight.denominator > 100 for weight in day.plan.weights.values())
    assert check(log.bundle())[0] == 0


@pytest.mark.parametrize(
    ("_case", "frame"),
    [
        ("_case nothing went out", []),
        ("_case a single one", FRAME[:1]),
        ("_case all in one stratum", [Item(one.id, "low/reviewed", "") for one in FRAME]),
    ],
)
def test_a_draw_of_little_is_made_again(_case, frame, check):
    assert check(Log(frame=frame).bundle())[0] == 0


def _without_one(files):
    return files["frame.txt"].split(b"\n", 1)[1]


def test_a_frame_with_one_left_out_is_not_the_one_that_was_fixed(check):
    log = Log()

    status, answer = check(log.bundle(frame__txt=_without_one(log.files())))

    assert (status, answer["reason"]) == (1, "frame.txt is not the frame that was fixed")


def test_a_frame_that_is_missing_leaves_it_open(check):
    assert check(Log().bundle(frame__txt=None))[0] == 2


OTHERS = [{"id": f"id-{number:03}", "stratum": "low/reviewed", "pi": "0.100000000000"} for number in range(6)]
TAMPERED = [
    ("_case other ids", {"drawn_facts": {"items": OTHERS}}, DRAWN, "drawn again"),
    ("_case one less", {"drawn_facts": {"items": []}}, DRAWN, "items come"),
    ("_case another seed", {"drawn_facts": {"seed": "00" * 32}}, DRAWN, "another seed"),
    ("_case another plan", {"drawn_facts": {"plan": planning.dump(Plan(n=7))}}, DRAWN, "another plan"),
    ("_case another frame", {"drawn_facts": {"frame_hash": "00" * 32}}, DRAWN, "another frame_hash"),
    ("_case another checkpoint", {"drawn_facts": {"checkpoint_size": 8}}, DRAWN, "not the one that entry 12"),
    ("_case of another frame", {"drawn_facts": {"frame_event": "u1"}}, DRAWN, "does not draw from the frame"),
    ("_case another proof of its place", {"claims": {"inclusion": []}}, FIXED, "does not cover"),
    ("_case another line of the witness", {"drawn_facts": {"cosignature": "— w AAAA"}}, DRAWN, "bear"),
]


@pytest.mark.parametrize(("_case", "changes", "index", "words"), TAMPERED, ids=[row[0] for row in TAMPERED])
def test_a_draw_that_its_signer_tampered_with_is_named(_case, changes, index, words, check):
    """The log is in order and signed by all: what it says is not what the frame and the checkpoint make of it."""
    status, answer = check(Log(**changes).bundle())

    assert (status, answer["first_bad_index"]) == (1, index)
    assert words in answer["reason"]


def test_a_checkpoint_from_before_the_frame_was_fixed_gives_no_seed(check):
    """The operator would have known the seed, and could have made the frame to it."""
    early = notes.signed(FIXED)
    text = early.decode().rpartition("\n\n")[0] + "\n"
    facts = {"checkpoint_size": FIXED, "checkpoint_hash": hashlib.sha256(text.encode()).hexdigest()}
    log = Log(kind="checkpoint", drawn_facts=facts, claims={"checkpoint": early.decode(), "inclusion": []})

    status, answer = check(log.bundle())

    assert (status, answer["first_bad_index"]) == (1, FIXED)


def test_a_pi_that_is_not_the_one_of_the_plan_is_named(check):
    items = _items()
    items[0]["pi"] = "0.500000000000"

    status, answer = check(Log(drawn_facts={"items": items}).bundle())

    assert (status, answer["first_bad_index"]) == (1, DRAWN)
    assert "π" in answer["reason"]


def _items():
    line = json.loads(Log().files()["entries.jsonl"].splitlines()[DRAWN])
    return json.loads(b64decode(line["body"]))["facts"]["items"]


def test_a_checkpoint_of_another_log_gives_no_seed(check):
    log = Log()
    claim = json.loads(log.files()["draw.json"])
    foreign = notes.signed(SEEDED, notes.log_key(7))

    status, answer = check(
        log.bundle(draw__json=json.dumps(claim | {"checkpoint": foreign.decode()}).encode())
    )

    assert (status, answer["first_bad_index"]) == (1, DRAWN)


def test_who_does_not_know_the_witness_cannot_say(check):
    policy = f"log {evidence.LOG.verifier}\nquorum none\n".encode()

    status, answer = check(Log().bundle(policy=policy), policy=False)

    assert (status, answer["first_bad_index"]) == (2, DRAWN)
    assert "do not know the witness" in answer["reason"]


DAMAGED = [
    ("_case no format", {"format": "other"}, 3),
    ("_case no index", {"fixed_index": None}, 3),
    ("_case an entry that is not here", {"fixed_index": 400}, 2),
    ("_case no checkpoint", {"checkpoint": 5}, 3),
    ("_case no proof", {"inclusion": []}, 1),
    ("_case the proof is no list", {"inclusion": "x"}, 3),
    ("_case entries in the wrong order", {"fixed_index": DRAWN, "drawn_index": FIXED}, 1),
]


@pytest.mark.parametrize(("_case", "claims", "expected"), DAMAGED, ids=[row[0] for row in DAMAGED])
def test_a_damaged_draw_is_not_verified(_case, claims, expected, check):
    assert check(Log(claims=claims).bundle())[0] == expected


@pytest.mark.parametrize(
    ("_case", "plan"),
    [
        ("_case none", None),
        ("_case a weight by zero", planning.dump(Plan(1, {"a": Fraction(1)})) | {"weights": [["a", "1/0"]]}),
        ("_case a size below nothing", planning.dump(Plan(1)) | {"n": -1}),
    ],
)
def test_a_plan_that_is_none_cannot_be_read(_case, plan, check):
    assert check(Log(fixed_facts={"plan": plan}).bundle())[0] == 3
