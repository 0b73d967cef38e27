"""Keys of agents: shown once, scoped, and at most 90 days old."""

from datetime import timedelta

import pytest

from audit.errors import Invalid
from audit.models import Event
from contracts.models import ApiKey
from contracts.services import api_keys, people


def test_issue_gives_a_secret_that_is_kept_as_a_hash_only(desk, at):
    key, secret = api_keys.issue(user=desk.agent, label="new", processes=[desk.process], by=desk.ops, at=at)

    assert api_keys.authenticate(secret=secret, at=at) == key
    assert secret.split("_", 2)[2] not in str(vars(ApiKey.objects.get(pk=key.pk)))
    assert key.expires_at == at + timedelta(days=90)
    event = Event.objects.filter(action="key.issued").order_by("pk").last()
    assert event.facts["processes"] == [desk.process.code]
    assert secret not in str(event.content)


@pytest.mark.parametrize(
    "changes, field",
    [
        pytest.param(
            {"expires": timedelta(days=90, seconds=1)}, "expires_at", id="_case longer than 90 days"
        ),
        pytest.param({"expires": timedelta(0)}, "expires_at", id="_case over before it begins"),
        pytest.param({"processes": []}, "processes", id="_case for everything"),
        pytest.param({"actions": {"delete"}}, "actions", id="_case an unknown action"),
        pytest.param({"actions": set()}, "actions", id="_case no action"),
        pytest.param({"who": "reviewer"}, "user", id="_case a person"),
    ],
)
def test_issue_refuses(desk, at, changes, field):
    before = ApiKey.objects.count()

    with pytest.raises(Invalid) as refused:
        api_keys.issue(
            user=getattr(desk, changes.get("who", "agent")),
            label="new",
            processes=changes.get("processes", [desk.process]),
            actions=changes.get("actions", api_keys.ACTIONS),
            expires_at=at + changes.get("expires", timedelta(days=30)),
            by=None,
            at=at,
        )

    assert refused.value.field == field
    assert ApiKey.objects.count() == before


@pytest.mark.parametrize(
    "mangle",
    [
        pytest.param(
            lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
            id="_case the last letter is another",
        ),
        pytest.param(lambda secret: secret.replace("cs_", "xx_"), id="_case another scheme"),
        pytest.param(lambda secret: "", id="_case nothing"),
        pytest.param(lambda secret: "cs_", id="_case only the beginning"),
        pytest.param(
            lambda secret: "cs_000000000000_" + secret.split("_", 2)[2], id="_case an unknown prefix"
        ),
        pytest.param(lambda secret: secret + "\x00é", id="_case strange letters"),
    ],
)
def test_authenticate_refuses_a_wrong_secret(desk, at, mangle):
    assert api_keys.authenticate(secret=desk.secret, at=at) == desk.key
    assert api_keys.authenticate(secret=mangle(desk.secret), at=at) is None


def test_authenticate_ends_with_the_key(desk, at):
    expires = desk.key.expires_at

    assert api_keys.authenticate(secret=desk.secret, at=expires - timedelta(seconds=1)) == desk.key
    assert api_keys.authenticate(secret=desk.secret, at=expires) is None


def test_revoke_closes_a_key_for_ever(desk, at):
    api_keys.revoke(key=desk.key, by=desk.ops, at=at)
    api_keys.revoke(key=desk.key, by=desk.ops, at=at)

    assert api_keys.authenticate(secret=desk.secret, at=at) is None
    assert Event.objects.filter(action="key.revoked").count() == 1


def test_authenticate_refuses_the_key_of_a_closed_account(desk, at):
    people.deactivate(user=desk.agent, by=None, at=at)

    assert api_keys.authenticate(secret=desk.secret, at=at) is None
