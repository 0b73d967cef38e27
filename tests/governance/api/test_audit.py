"""The proofs of a log through their addresses: what is served, what is refused, and to whom (M5, M8, X1)."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from audit.domain import canonical, merkle, note, policy, proofs, tiles, tlog_proof
from audit.domain import checkpoint as checkpoints
from audit.models import Event, Leaf
from audit.selectors import tree
from audit.services import publishing, sequencing
from contracts.services import api_keys
from reviews.enums import Verdict
from reviews.services import claims, decisions, intake
from reviews.services.decisions import Answer
from tests import worlds
from tests.governance import trails
from tests.worlds import World

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]
LOG = "/api/v1/audit/north"


@dataclass
class Logged:
    """A log with two published sizes, and one event that waits."""

    world: World
    old: int
    new: int
    received: UUID
    interaction: UUID
    waiting: UUID


@pytest.fixture
def logged() -> Logged:
    at = timezone.now() - timedelta(minutes=5)
    world = worlds.build(at)
    old = trails.publish("north")
    desk = world.north
    posted = worlds.payload(desk, amount="26000.00", external_id="INV-7")
    receipt = intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]
    claims.claim(case_id=receipt.case, user=desk.reviewer, at=at)
    answer = Answer(Verdict.REJECT, reason_code="DUPLICATE")
    decisions.decide(case_id=receipt.case, user=desk.reviewer, answer=answer, at=at)
    new = trails.publish("north")
    later = worlds.payload(desk, external_id="INV-8")
    waiting = intake.accept(payloads=[later], agent=desk.agent, key=desk.key, at=at)[0]
    return Logged(world, old, new, receipt.receipt, receipt.id, waiting.receipt)


@pytest.fixture
def ask(logged: Logged, log_in: LogIn) -> Callable[..., HttpResponse]:
    person = log_in(logged.world.overseer)
    return lambda path, **query: person.get(f"{LOG}{path}", query)


def by_key(secret: str, path: str) -> HttpResponse:
    return Client().get(path, headers={"authorization": f"Bearer {secret}"})


def tree_of(reply: HttpResponse) -> checkpoints.Checkpoint:
    return checkpoints.parse(note.parse(reply.content).text)


def hashes(reply: HttpResponse) -> list[bytes]:
    return [b64decode(text) for text in reply.json()["hashes"]]


def test_checkpoint_is_the_newest_signed_note(logged, ask):
    reply = ask("/checkpoint")

    opened = note.open_note(reply.content, [trails.key("north").verifier])
    tree = checkpoints.parse(opened.text)
    assert (tree.origin, tree.size) == (trails.key("north").name, logged.new)
    assert reply["Content-Type"] == "text/plain; charset=utf-8"
    assert reply["Cache-Control"] == "private, max-age=5"


def test_entries_and_proofs_make_the_signed_root(logged, ask):
    tree = tree_of(ask("/checkpoint"))
    page = ask("/entries").json()

    leaves = [b64decode(entry["leaf"]) for entry in page["entries"]]
    assert page["size"] == logged.new == len(leaves)
    for index in (0, 7, logged.new - 1):
        path = hashes(ask("/proof/inclusion", index=index, size=logged.new))
        assert proofs.verify_inclusion(
            index=index, size=logged.new, leaf=leaves[index], proof=path, root=tree.root
        )


def test_consistency_of_two_published_sizes(logged, ask):
    tree = tree_of(ask("/checkpoint"))
    entries = ask("/entries", **{"from": 0, "to": logged.old}).json()["entries"]
    old_root = merkle.Frontier()
    for entry in entries:
        old_root.append(b64decode(entry["leaf"]))

    path = hashes(ask("/proof/consistency", **{"from": logged.old, "to": logged.new}))

    assert proofs.verify_consistency(
        old_size=logged.old, new_size=logged.new, old_root=old_root.root(), new_root=tree.root, proof=path
    )


def test_tiles_hold_the_hashes_of_the_entries(logged, ask):
    leaves = [b64decode(entry["leaf"]) for entry in ask("/entries").json()["entries"]]

    reply = ask(f"/tile/0/000.p/{logged.new}")

    assert reply.content == b"".join(leaves)
    assert reply["Content-Type"] == "application/octet-stream"
    assert reply["Cache-Control"] == "private, no-cache"


def test_an_event_is_proven_offline(logged, ask):
    trusted = policy.of_logs([trails.key("north").verifier])
    reply = ask(f"/events/{logged.received}").json()

    proven = tlog_proof.verify_body(reply["proof"].encode(), body=b64decode(reply["body"]), trusted=trusted)

    assert (proven.index, proven.tree.size) == (reply["index"], logged.new)
    assert json.loads(b64decode(reply["body"]))["uid"] == str(logged.received)
    assert ask(f"/events/{logged.received}/proof").content.decode() == reply["proof"]
    assert ask(f"/receipts/{logged.received}").content.decode() == reply["proof"]


def test_what_waits_is_promised_and_not_proven(logged, ask):
    for kind in (f"/receipts/{logged.waiting}", f"/events/{logged.waiting}/proof"):
        reply = ask(kind)
        assert reply.status_code == 202
        assert b"no proof" in reply.content
        assert reply["Retry-After"] == "5"
    assert ask(f"/events/{logged.waiting}").json()["proof"] is None


def test_an_agent_has_the_receipt_of_its_own_event_and_follows_its_log(logged):
    desk, other = logged.world.north, logged.world.south
    own = f"{LOG}/receipts/{logged.received}"
    somebody_elses = Event.objects.filter(action="review.claimed").values_list("uid", flat=True).get()

    got = {
        "own receipt": by_key(desk.secret, own).status_code,
        "checkpoint": by_key(desk.secret, f"{LOG}/checkpoint").status_code,
        "tile": by_key(desk.secret, f"{LOG}/tile/0/000.p/5").status_code,
        "a person's event": by_key(desk.secret, f"{LOG}/receipts/{somebody_elses}").status_code,
        "bodies": by_key(desk.secret, f"{LOG}/entries").status_code,
        "another agent": by_key(other.secret, own).status_code,
        "another log": by_key(desk.secret, "/api/v1/audit/south/checkpoint").status_code,
    }

    assert got == {
        "own receipt": 200,
        "checkpoint": 200,
        "tile": 200,
        "a person's event": 404,
        "bodies": 403,
        "another agent": 404,
        "another log": 404,
    }


def test_a_key_needs_the_action(logged):
    desk = logged.world.north
    at = timezone.now()
    _, narrow = api_keys.issue(
        user=desk.agent, label="narrow", processes=[desk.process], by=None, at=at, actions=["redact"]
    )

    reply = by_key(narrow, f"{LOG}/checkpoint")

    assert (reply.status_code, reply.json()["code"]) == (403, "key_scope")


def test_a_verdict_that_must_not_be_known_yet_is_proven_by_its_hash(logged, log_in):
    """D8: the lead may still give the second review, so he reads no first verdict here either."""
    decided = Event.objects.get(action="review.decided")
    blind = log_in(logged.world.north.lead).get(f"{LOG}/events/{decided.uid}").json()
    page = log_in(logged.world.north.lead).get(f"{LOG}/entries").json()["entries"]
    reviewer_page = page[blind["index"]]

    trusted = policy.of_logs([trails.key("north").verifier])
    proven = tlog_proof.verify(blind["proof"].encode(), leaf=b64decode(blind["leaf"]), trusted=trusted)
    assert proven.index == blind["index"]
    assert (blind["body"], "verdict" in blind["withheld"]) == (None, True)
    assert (reviewer_page["uid"], reviewer_page["body"]) == (None, None)
    assert [entry["index"] for entry in page if entry["withheld"]] == [blind["index"]]


def test_an_altered_body_is_served_with_the_hash_it_has_now(logged, ask):
    trails.alter(logged.received, '"amount":"26000.00"', '"amount":"2600.00"')
    trusted = policy.of_logs([trails.key("north").verifier])

    reply = ask(f"/events/{logged.received}").json()

    with pytest.raises(tlog_proof.ProofError):
        tlog_proof.verify(reply["proof"].encode(), leaf=b64decode(reply["leaf"]), trusted=trusted)


@pytest.mark.parametrize(
    "path, query, field",
    [
        ("/proof/inclusion", {"index": 0, "size": 3}, "/size"),
        ("/proof/inclusion", {"index": 0, "size": 10**17}, "/size"),
        ("/proof/inclusion", {"index": 10**6, "size": "new"}, "/index"),
        ("/proof/inclusion", {"index": "-1", "size": "new"}, "/index"),
        ("/proof/inclusion", {"index": "0x1", "size": "new"}, "/index"),
        ("/proof/inclusion", {"index": "٣", "size": "new"}, "/index"),
        ("/proof/inclusion", {"index": "1" * 30, "size": "new"}, "/index"),
        ("/proof/inclusion", {"index": "1\x00", "size": "new"}, "/index"),
        ("/proof/inclusion", {"index": "1"}, "/size"),
        ("/proof/inclusion", {}, "/index"),
        ("/proof/consistency", {"from": "new", "to": "old"}, "/from"),
        ("/proof/consistency", {"from": 0, "to": "new"}, "/from"),
        ("/proof/consistency", {"from": "old", "to": "9" * 19}, "/to"),
        ("/proof/consistency", {"from": "old"}, "/to"),
        ("/entries", {"from": 10**6}, "/from"),
        ("/entries", {"from": 5, "to": 5}, "/to"),
        ("/entries", {"from": 5, "to": 2}, "/to"),
        ("/entries", {"from": 0, "to": 10**6}, "/to"),
        ("/entries", {"from": "a"}, "/from"),
        ("/tile/0/0", {}, "/tile"),
        ("/tile/0/000.p/256", {}, "/tile"),
        ("/tile/64/000", {}, "/tile"),
        ("/tile/../../checkpoint", {}, "/tile"),
        ("/tile/0/x001", {}, "/tile"),
    ],
)
def test_bad_input_is_refused_by_name(logged, ask, path, query, field):
    sizes = {"new": logged.new, "old": logged.old}

    reply = ask(path, **{name: sizes.get(value, value) for name, value in query.items()})

    assert reply.status_code == 400, reply.content
    assert [error["pointer"] for error in reply.json()["errors"]] == [field]
    assert reply["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/tile/0/000",
        "/tile/1/000.p/1",
        "/tile/63/x999/x999/999",
        "/events/01980000-0000-7000-8000-000000000009",
        "/events/01980000-0000-7000-8000-000000000009/proof",
        "/receipts/01980000-0000-7000-8000-000000000009",
        "/events/nonsense",
    ],
)
def test_what_is_not_there_is_not_found(logged, ask, path):
    assert ask(path).status_code == 404


def test_nobody_learns_whether_a_log_exists(logged, log_in):
    stranger = log_in(logged.world.stranger)

    replies: list[Any] = [
        stranger.get(f"/api/v1/audit/{log}/checkpoint") for log in ("north", "nowhere", "platform")
    ]

    assert [reply.status_code for reply in replies] == [404, 404, 404]
    assert len({reply.content for reply in replies}) == 1
    assert Client().get(f"{LOG}/checkpoint").status_code == 401


def test_entries_of_a_tile_are_the_bodies_that_were_hashed(logged, ask):
    reply = ask(f"/tile/entries/000.p/{logged.old}")

    bodies = tiles.parse_entry_bundle(reply.content)
    leaves = Leaf.objects.filter(log_id=tree.log_id("north"), index__lt=logged.old).order_by("index")
    assert [canonical.leaf_hash(body) for body in bodies] == [bytes(leaf.hash) for leaf in leaves]
    assert "immutable" not in reply.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("000.p/999", 400), ("0", 400), ("x/000", 400), ("000", 404), ("001.p/1", 404), ("x999/x999/999", 404)],
)
def test_entries_of_a_tile_that_is_none(logged, ask, path, status):
    assert ask(f"/tile/entries/{path}").status_code == status


def test_entries_of_a_tile_are_for_whoever_may_read_all_of_them(logged, log_in):
    """The lead may still give the second review, so one of the bodies is not for him."""
    lead = log_in(logged.world.north.lead)

    refused = lead.get(f"{LOG}/tile/entries/000.p/{logged.new}")

    assert refused.status_code == 403
    assert "is not for you" in refused.json()["detail"]
    assert lead.get(f"{LOG}/tile/entries/000.p/{logged.old}").status_code == 200


def test_the_log_of_the_platform_proves_the_checkpoints_of_ones_own_logs(log_in):
    """One witness for the platform's log is a witness for all: a client finds his own checkpoints in it, and only those."""
    world = worlds.build(timezone.now() - timedelta(minutes=5))
    sequencing.sweep(clock=timezone.now)
    assert publishing.publish_all(clock=timezone.now).problems == {}
    person = log_in(world.north.lead)

    reply = person.get("/api/v1/audit/platform/entries").json()

    told = [json.loads(b64decode(one["body"])) for one in reply["entries"] if one["body"]]
    assert [(one["action"], one["facts"]["log"]) for one in told] == [("audit.checkpoint", "north")]
    hidden = [one for one in reply["entries"] if one["body"] is None]
    assert len(hidden) >= 2
    assert {one["uid"] for one in hidden} == {None}
    leaves = [b64decode(one["leaf"]) for one in reply["entries"]]
    checkpoint = tree_of(person.get("/api/v1/audit/platform/checkpoint"))
    assert merkle.root_of(leaves) == checkpoint.root
    assert log_in(world.stranger).get("/api/v1/audit/platform/entries").status_code == 404


def test_before_the_first_checkpoint_nothing_is_served(log_in):
    world = worlds.build(timezone.now())
    person = log_in(world.overseer)
    uid = Event.objects.filter(log_id__gt=1).values_list("uid", flat=True).first()

    codes = {
        path: person.get(f"{LOG}{path}").status_code
        for path in ("/checkpoint", "/entries", "/tile/0/000.p/1", "/proof/inclusion?index=0&size=1")
    }

    assert codes == {
        "/checkpoint": 404,
        "/entries": 404,
        "/tile/0/000.p/1": 404,
        "/proof/inclusion?index=0&size=1": 400,
    }
    assert uid is not None


def test_a_full_tile_is_kept_for_ever_and_only_up_to_a_published_size(logged, ask):
    trails.record_more("north", 300)
    trails.sequencing.sweep(clock=timezone.now)
    unpublished = ask("/tile/0/000").status_code
    trails.publish("north")

    full = ask("/tile/0/000")
    page = ask("/entries", **{"from": 200}).json()["entries"]

    assert (unpublished, full.status_code, len(full.content)) == (404, 200, 256 * 32)
    assert full["Cache-Control"] == "private, max-age=31536000, immutable"
    assert len(page) > 100
    assert full.content[200 * 32 : 201 * 32] == b64decode(page[0]["leaf"])
