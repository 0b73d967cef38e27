"""The page that describes the API works without another host and within the content policy."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CREATE = "operations-interactions-interactions_create"


def test_the_description_shows_every_door_and_opens_one(page: Page) -> None:
    described = page.request.get("/api/v1/schema", params={"format": "json"}).json()
    doors = [
        door for part in ("paths", "webhooks") for methods in described[part].values() for door in methods
    ]
    assert len(doors) >= 21
    page.goto("/api/v1/docs")
    expect(page.locator(".opblock").first).to_be_visible(timeout=60_000)

    # A page of more than a hundred doors draws those in sight.
    page.mouse.move(600, 400)
    seen: set[str] = set()
    for _ in range(300):
        seen.update(page.locator(".opblock").evaluate_all("all => all.map(one => one.id)"))
        if CREATE in seen and "opened" not in seen:
            opened = page.locator(f"#{CREATE} .opblock-summary-control").first
            if opened.count():
                opened.click()
                expect(page.get_by_text("Up to 255 characters, kept for a week.").first).to_be_visible()
                expect(
                    page.get_by_text("No key, or one that is unknown, expired or revoked.").first
                ).to_be_visible()
                opened.click()
                seen.add("opened")
        if len(seen - {"opened"}) >= len(doors):
            break
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(60)

    assert "opened" in seen
    assert len(seen - {"opened"}) == len(doors)
