"""The editor of rules in a real browser: by keyboard alone, by drag, without scripts, and as axe sees it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from reviews.models import RuleSet
from tests import worlds
from tests.browser.axe import findings
from tests.browser.conftest import LogIn, watched
from tests.factories import rules as made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at, live_server):
    return worlds.build(at).north


@pytest.fixture
def draft(desk, at):
    return made.drafted(desk, at)


def press(page: Page, button: Locator) -> None:
    """A button by keyboard, and the form as it stands then."""
    button.focus()
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("Enter")
    settled(page)


def settled(page: Page) -> None:
    """The form that came back stands in its place: what is done before that is done to the one that goes."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def choose(page: Page, label: str, group: str, option: str) -> None:
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("group", name=group, exact=True).get_by_label(label).select_option(label=option)
    settled(page)


def test_a_nested_rule_is_built_by_keyboard_and_becomes_an_expression_and_a_form_again(
    page: Page, desk: worlds.Desk, draft: RuleSet, login: LogIn
) -> None:
    login(page, "north_admin")
    page.goto(made.address("rule", desk, 2))
    page.get_by_label("Code").fill("AP-R5")
    page.get_by_label("Name", exact=True).fill("New and large")
    choose(page, "What", "Condition 1", "Amount")
    expect(page.get_by_role("group", name="Condition 1", exact=True).get_by_label("How")).to_be_focused()
    page.get_by_role("group", name="Condition 1", exact=True).get_by_label("Value (EUR)").fill("5,000")
    expect(page.locator("#preview")).to_contain_text("If amount is at least €5,000 → human review")

    press(page, page.get_by_role("button", name="Add a group"))
    expect(page.locator("#c-1-0-field")).to_be_focused()
    choose(page, "What", "Condition 2.1", "Decision")
    page.get_by_role("group", name="Condition 2.1", exact=True).get_by_label("Value").select_option("deny")
    press(page, page.get_by_role("button", name="Add a condition to group 2"))
    choose(page, "What", "Condition 2.2", "Variance")
    page.get_by_label("Per cent").fill("2")
    page.get_by_label("Amount (EUR)").fill("250")
    press(page, page.get_by_role("button", name="Not condition 2.2"))
    press(page, page.get_by_role("button", name="Move up condition 2.2"))
    expect(page.get_by_role("button", name="Move up condition 2.1")).to_be_focused()

    press(page, page.get_by_role("button", name="As an expression"))
    box = page.get_by_label("Expression", exact=True)
    expect(box).to_be_focused()
    expect(box).to_have_value(
        'amount >= 5000.0 && (!((variance.percent > 2.0 || variance.absolute > 250.0)) || decision == "deny")'
    )
    box.fill("amuont >= 5000.0")
    press(page, page.get_by_role("button", name="As a form"))
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Did you mean “amount”")
    assert findings(page) == []
    page.get_by_label("Expression", exact=True).fill('amount >= 7000.0 && (adverse || decision == "deny")')
    press(page, page.get_by_role("button", name="As a form"))
    expect(
        page.get_by_role("group", name="Condition 1", exact=True).get_by_label("Value (EUR)")
    ).to_have_value("7000")
    assert findings(page) == []
    assert not draft.rules.filter(code="AP-R5").exists()

    page.get_by_role("button", name="Put into the draft").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("AP-R5 is in the draft.")).to_be_visible()
    assert draft.rules.get(code="AP-R5").condition["all"][0]["value"] == "7000"


def order(draft: RuleSet) -> str:
    return "".join(code[-1] for code in draft.rules.order_by("position").values_list("code", flat=True))


def test_rules_are_put_in_order_by_keyboard_and_by_drag(
    page: Page, desk: worlds.Desk, draft: RuleSet, login: LogIn
) -> None:
    login(page, "north_admin")
    page.goto(made.address("version", desk, 2))
    page.get_by_role("button", name="Move up AP-R3, now 3 of 4").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("AP-R3 is now rule 2 of 4.")).to_be_visible()
    expect(page.get_by_role("button", name="Move up AP-R3, now 2 of 4")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move down AP-R3, now 1 of 4")).to_be_focused()
    assert order(draft) == "3124"

    page.locator("#rule-AP-R4 > div > p").first.drag_to(
        page.locator("#rule-AP-R3"), target_position={"x": 60, "y": 3}
    )
    expect(page.get_by_text("AP-R4 is now rule 1 of 4.")).to_be_visible()
    assert order(draft) == "4312"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_nested_rule_and_its_draft(
    browser,
    live_server,
    desk: worlds.Desk,
    draft: RuleSet,
    at,
    login: LogIn,
    problems: list[str],
    scheme: str,
) -> None:
    tree = {"any": [made.LARGE, {"not": {"all": [made.LARGE, {"any": [made.LARGE, made.LARGE]}]}}]}
    draft.rules.filter(code="AP-R1").update(condition=tree)
    context = watched(browser, live_server, problems, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    login(page, "north_admin")

    found = findings(page, made.address("rule", desk, 2) + "?code=AP-R1", made.address("version", desk, 2))

    context.close()
    assert (found, problems) == ([], [])


def test_a_group_is_built_and_a_rule_moved_without_scripts(
    browser, live_server, desk: worlds.Desk, draft: RuleSet, login: LogIn, problems: list[str]
) -> None:
    context = watched(browser, live_server, problems, java_script_enabled=False)
    page = context.new_page()
    login(page, "north_admin")
    page.goto(made.address("rule", desk, 2) + "?code=AP-R1")
    page.get_by_role("button", name="Add a group").click()
    page.locator("#c-1-0-field").select_option("confidence")
    page.get_by_role("group", name="Condition 2.1", exact=True).get_by_role(
        "button", name="Offer what suits"
    ).click()
    page.locator("#c-1-0-op").select_option("<")
    page.locator("#c-1-0-value").fill("0.5")
    page.get_by_role("button", name="As an expression").click()
    expect(page.get_by_label("Expression", exact=True)).to_have_value("amount >= 5000.0 && confidence < 0.5")
    page.get_by_role("button", name="Put into the draft").click()
    page.get_by_role("button", name="Move down AP-R1, now 1 of 4").click()

    expect(page.get_by_role("button", name="Move down AP-R1, now 2 of 4")).to_be_focused()
    assert order(draft) == "2134"
    assert problems == []
    context.close()
