"""Whose turn it is when workers send (design §7)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import Subscription
from governance.selectors import webhook_lines
from tests import worlds
from tests.factories import webhooks as hooked

pytestmark = pytest.mark.django_db


def test_due_names_those_that_answer_before_those_that_failed() -> None:
    now = timezone.now()
    desk = worlds.build(now).north
    failing, longer, healthy = (hooked.endpoint(desk, now) for _ in range(3))
    for one, minutes in ((failing, 1), (longer, 2)):
        retry_after = now - timedelta(minutes=minutes)
        Subscription.objects.filter(pk=one.pk).update(retry_after=retry_after)
    hooked.released(desk, now)
    hooked.catch_up()

    assert webhook_lines.due(now) == [healthy.pk, longer.pk, failing.pk]
