"""Who replaces a version in force on a page sends the one that stood there: without it nothing is replaced (B8, C1)."""

import pytest
from django.urls import reverse

from tests.factories import versions

WHY = "The supplier was hacked"
ACTS = [
    pytest.param("rules_approve", 3, {}, id="rules are approved"),
    pytest.param("rules_emergency", 3, {"reason": WHY}, id="rules are put in force alone"),
    pytest.param("rules_restore", 1, {}, id="rules are restored"),
    pytest.param("matrix_approve", 3, {}, id="a matrix is approved"),
    pytest.param("matrix_restore", 1, {}, id="a matrix is restored"),
]


@pytest.fixture
def desk(world, now):
    return versions.stand(world.north, now)


@pytest.mark.parametrize("route, version, form", ACTS)
def test_compared_refuses_a_form_that_does_not_say(desk, log_in, route, version, form):
    client, before = log_in(desk.owner), versions.states(desk)
    address = reverse(f"reviews:{route}", args=[desk.process.code, version])

    refused = [
        client.post(address, form | unsaid)
        for unsaid in ({}, {"against": ""}, {"against": "v2"}, {"against": "-1"})
    ]
    after = versions.states(desk)
    done = client.post(address, form | {"against": "2"})

    assert [one.status_code for one in refused] == [400] * 4
    assert all("against which version in force you compared" in one.content.decode() for one in refused)
    assert after == before
    assert (done.status_code, versions.states(desk) == before) == (302, False)
