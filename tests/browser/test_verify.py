"""Verifying a story in the reader's own browser: what fits, what somebody changed, and what a browser cannot check."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from audit.domain import merkle
from audit.models import Event, LogState
from audit.selectors import tree
from reviews.enums import Verdict
from reviews.services import claims, decisions, intake
from reviews.services.decisions import Answer
from tests import worlds
from tests.browser.conftest import Examine, LogIn
from tests.governance import trails
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINES = 4


@pytest.fixture
def told(live_server: LiveServer, settings: Any, tmp_path: Path) -> tuple[World, UUID]:
    """A case with a second review still open, all of it signed: the lead may not read its verdict."""
    settings.AUDIT_CHECKPOINTS = tmp_path
    at = timezone.now() - timedelta(minutes=5)
    world = worlds.build(at)
    desk = world.north
    posted = worlds.payload(desk, amount="6000.00")
    receipt = intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]
    claims.claim(case_id=receipt.case, user=desk.reviewer, at=at)
    answer = Answer(Verdict.REJECT, reason_code="DUPLICATE")
    decisions.decide(case_id=receipt.case, user=desk.reviewer, answer=answer, at=at)
    trails.publish("north")
    trails.make_known("north")
    assert receipt.id is not None
    return world, receipt.id


def verified(page: Page, interaction: UUID) -> list[str]:
    """Open the story, press Verify, and say what the browser found for each line."""
    page.goto(reverse("governance:story", args=[interaction]))
    page.get_by_role("button", name="Verify").click()
    page.wait_for_url("**?verify=1")
    expect(page.locator("[data-here]")).to_be_visible()
    return [place.get_attribute("data-result") or "" for place in page.locator("[data-result]").all()]


def test_the_browser_verifies_every_line_by_itself(
    told: tuple[World, UUID], page: Page, login: LogIn
) -> None:
    world, interaction = told
    login(page, world.overseer.username)

    assert verified(page, interaction) == ["good"] * LINES
    expect(page.locator("[data-here]")).to_have_text("Your browser verified all 4 lines by itself.")
    expect(page.get_by_text("All 4 lines are verified.")).to_be_visible()


def test_an_altered_line_does_not_match_in_the_browser_either(
    told: tuple[World, UUID], page: Page, login: LogIn
) -> None:
    world, interaction = told
    trails.alter(Event.objects.get(action="review.decided").uid, '"verdict":"reject"', '"verdict":"approve"')
    login(page, world.overseer.username)

    assert verified(page, interaction) == ["good", "good", "good", "bad"]
    expect(page.locator("[data-here]")).to_have_text(
        "Your browser found 1 of 4 lines that do not match the log."
    )
    expect(page.get_by_text("All 4 lines are verified.")).not_to_be_attached()


@pytest.mark.parametrize("part", ["path", "root", "signature", "index", "other body"])
def test_a_server_that_lies_is_found_out(
    told: tuple[World, UUID], page: Page, login: LogIn, part: str
) -> None:
    world, interaction = told
    login(page, world.overseer.username)
    bodies: list[dict[str, Any]] = []

    def lie(route: Route) -> None:
        entry = route.fetch().json()
        bodies.append(entry)
        head, _, signed = entry["proof"].partition("\n\n")
        lines, note = head.split("\n"), signed.split("\n")
        if part == "path":
            lines[2] = note[2]
        elif part == "root":
            note[2] = lines[2]
        elif part == "signature":
            note[4] = note[4][:-8] + ("AAAA" if note[4][-8:-4] != "AAAA" else "BBBB") + note[4][-4:]
        elif part == "index":
            lines[1] = "index 3"
        else:
            entry["body"], entry["leaf"] = bodies[0]["body"], bodies[0]["leaf"]
        entry["proof"] = "\n".join(lines) + "\n\n" + "\n".join(note)
        route.fulfill(body=json.dumps(entry), content_type="application/json")

    page.route("**/api/v1/audit/**", lie)

    found = verified(page, interaction)

    # The body that is shown for every line is the true one of one of them.
    assert found.count("good") == (part == "other body")
    assert found.count("bad") == LINES - (part == "other body")
    expect(page.locator("[data-here]")).to_contain_text("do not match the log")


def test_what_could_not_be_fetched_is_not_called_verified(
    told: tuple[World, UUID], page: Page, login: LogIn, problems: list[str]
) -> None:
    world, interaction = told
    login(page, world.overseer.username)
    page.route("**/api/v1/audit/**", lambda route: route.fulfill(status=503, body=""))

    assert verified(page, interaction) == ["warn"] * LINES
    expect(page.locator("[data-here]")).to_have_text("Your browser verified 0 of 4 lines by itself.")
    assert all("503" in problem for problem in problems)
    problems.clear()


def test_a_browser_without_ed25519_says_that_only_the_server_checked_the_signature(
    told: tuple[World, UUID], page: Page, login: LogIn
) -> None:
    world, interaction = told
    page.add_init_script(
        "crypto.subtle.importKey = async () => { throw new DOMException('no', 'NotSupportedError'); };"
    )
    login(page, world.overseer.username)

    assert verified(page, interaction) == ["info"] * LINES
    expect(page.locator("[data-result]").first).to_contain_text("only the server did")
    expect(page.locator("[data-here]")).to_have_text("Your browser verified 0 of 4 lines by itself.")


def test_a_browser_that_may_not_hash_says_so(told: tuple[World, UUID], page: Page, login: LogIn) -> None:
    """What came over plain HTTP from another machine has no Web Crypto."""
    world, interaction = told
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined });")
    login(page, world.overseer.username)

    assert verified(page, interaction) == ["warn"] * LINES
    expect(page.locator("[data-result]").first).to_contain_text("HTTPS")


def test_without_the_key_of_the_log_nothing_is_verified(
    told: tuple[World, UUID], page: Page, login: LogIn, settings: Any, tmp_path: Path
) -> None:
    world, interaction = told
    settings.AUDIT_CHECKPOINTS = tmp_path / "elsewhere"
    login(page, world.overseer.username)

    assert verified(page, interaction) == ["warn"] * LINES
    expect(page.get_by_text("4 of 4 lines could not be checked.")).to_be_visible()


def test_the_browser_s_arithmetic_fits_the_standard_s(live_server: LiveServer, page: Page) -> None:
    """Every inclusion and consistency proof of trees of up to 17 leaves, which the domain's own tests hold against
    published ones."""
    page.goto(reverse("contracts:login"))
    vectors = _vectors(17)

    wrong = page.evaluate(
        """async (vectors) => {
            const merkle = await import('/static/governance/merkle.js');
            const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
            const wrong = [];
            for (const one of vectors.inclusion) {
                const top = await merkle.rootOf(hex(one.leaf), one.index, one.size, one.proof.map(hex));
                if (!merkle.same(top, hex(one.root))) wrong.push(one);
                const other = await merkle.rootOf(hex(one.leaf), one.index, one.size, [...one.proof.map(hex), hex(one.root)]);
                if (other !== null && one.proof.length) wrong.push(['too long', one]);
            }
            for (const one of vectors.consistency) {
                const older = { size: one.old, root: hex(one.old_root) }, newer = { size: one.new, root: hex(one.new_root) };
                if (!(await merkle.continues(older, newer, one.proof.map(hex)))) wrong.push(one);
                if (one.old !== one.new && (await merkle.continues(newer, older, one.proof.map(hex)))) wrong.push(['back', one]);
            }
            return wrong;
        }""",
        vectors,
    )

    assert wrong == []


def _vectors(most: int) -> dict[str, list[dict[str, Any]]]:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(most)]

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        return merkle.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    roots = {size: merkle.root(size, node).hex() for size in range(1, most + 1)}
    included = [
        {
            "index": index,
            "size": size,
            "leaf": leaves[index].hex(),
            "root": roots[size],
            "proof": [one.hex() for one in merkle.inclusion_proof(index, size, node)],
        }
        for size in roots
        for index in range(size)
    ]
    consistent = [
        {
            "old": old,
            "new": new,
            "old_root": roots[old],
            "new_root": roots[new],
            "proof": [one.hex() for one in merkle.consistency_proof(old, new, node)],
        }
        for new in roots
        for old in range(1, new + 1)
    ]
    return {"inclusion": included, "consistency": consistent}


def test_axe_finds_nothing_on_a_verified_story(told: tuple[World, UUID], examine: Examine) -> None:
    world, interaction = told
    trails.alter(Event.objects.get(action="review.decided").uid, '"verdict":"reject"', '"verdict":"approve"')
    address = reverse("governance:story", args=[interaction])

    assert examine({world.overseer: [address, f"{address}?verify=1"]}) == []


def test_the_browser_remembers_what_it_saw_and_checks_that_the_log_only_grew(
    told: tuple[World, UUID], page: Page, login: LogIn
) -> None:
    world, _ = told
    login(page, world.north.lead.username)
    here = page.locator("[data-log=north] [data-here]")

    page.goto(reverse("governance:logs"))
    expect(here).to_contain_text("keeps this checkpoint from now on")
    trails.record_more("north", 5)
    trails.publish("north")
    page.reload()
    expect(here).to_contain_text("entries continue the")
    page.reload()
    expect(here).to_contain_text("It is the tree that this browser saw")


def test_a_log_that_was_rewritten_is_found_out_by_whoever_saw_it_before(
    told: tuple[World, UUID], page: Page, login: LogIn
) -> None:
    """The operator changes an entry, makes every hash fit, and signs the new tree with the right key."""
    world, _ = told
    login(page, world.north.lead.username)
    page.goto(reverse("governance:logs"))
    here = page.locator("[data-log=north] [data-here]")
    expect(here).to_contain_text("keeps this checkpoint from now on")

    trails.rewrite("north", Event.objects.get(action="review.decided").uid, '"reject"', '"approve"')
    page.reload()

    expect(here).to_have_attribute("data-here", "bad")
    expect(here).to_contain_text("Somebody rewrote the log")


def test_axe_finds_nothing_on_the_logs(told: tuple[World, UUID], examine: Examine) -> None:
    world, _ = told
    LogState.objects.filter(log_id=tree.log_id("south")).update(publishing_stopped="it forked")

    assert (
        examine({world.overseer: [reverse("governance:logs")], world.stranger: [reverse("governance:logs")]})
        == []
    )


def test_axe_finds_nothing_on_a_search(told: tuple[World, UUID], examine: Examine) -> None:
    world, _ = told
    address = reverse("governance:trail")
    searches = [f"{address}?rule=AP-R1&subject={'0' * 32}", f"{address}?since=yesterday"]

    assert examine({world.overseer: [address, *searches]}) == []
