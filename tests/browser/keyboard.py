"""Going through a page by the tab key alone: what it does not lead to, nobody without a mouse reaches."""

from playwright.sync_api import Locator, Page


def reach(page: Page, target: Locator) -> None:
    """Go to it by the tab key alone."""
    target.wait_for()
    for _ in range(200):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The tab key does not reach {target}")


def press(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")
