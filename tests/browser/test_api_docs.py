"""The page that describes the API works without another host and within the content policy."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_description_shows_every_door_and_opens_one(page: Page) -> None:
    described = page.request.get("/api/v1/schema", params={"format": "json"}).json()
    doors = [
        door for part in ("paths", "webhooks") for methods in described[part].values() for door in methods
    ]
    assert len(doors) >= 21
    page.goto("/api/v1/docs")

    expect(page.locator(".opblock")).to_have_count(len(doors))
    page.locator("#operations-interactions-interactions_create .opblock-summary-control").first.click()
    expect(page.get_by_text("Up to 255 characters, kept for a week.")).to_be_visible()
    expect(page.get_by_text("No key, or one that is unknown, expired or revoked.").first).to_be_visible()
