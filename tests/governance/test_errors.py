"""How a refusal is told on a page."""

import pytest
from django.test import RequestFactory
from django.utils import timezone

from audit.errors import Locked, NotAllowed
from governance import errors
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("refusal", "status", "title"),
    [
        (Locked("halted", "Somebody halted NORTH-AP."), 423, "This is halted"),
        (NotAllowed("not_allowed", "Your role does not include this."), 403, "You may not do this"),
    ],
)
def test_a_halt_has_a_page_of_its_own(refusal, status, title):
    request = RequestFactory().get("/")
    request.user = worlds.build(timezone.now()).north.lead

    page = errors.page(request, refusal)

    assert page.status_code == status
    assert title in page.content.decode()
    assert refusal.sentence in page.content.decode()
