"""What axe says of a page, wide and at 320 px, and whether anything runs over the side."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = [{"width": 1280, "height": 800}, {"width": 320, "height": 700}]

# Where, how wide, which rule, and the nodes that break it.
Finding = tuple[str, int, str, list[str]]


def findings(page: Page, *addresses: str) -> list[Finding]:
    """What is wrong with these pages; without an address, with the page as it stands."""
    found: list[Finding] = []
    for address in addresses or [""]:
        for size in SIZES:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            if address:
                page.goto(address)
            found += _findings(page, size["width"])
    return found


def _findings(page: Page, width: int) -> list[Finding]:
    violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    found = [
        (page.url, width, violation["id"], [node["html"][:120] for node in violation["nodes"]])
        for violation in violations
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append((page.url, width, "runs over the side", []))
    return found
