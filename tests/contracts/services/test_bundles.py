"""What a role holds is code: the grants in the database follow it with the next migration."""

import pytest
from django.core.management import call_command

from audit.models import Event
from contracts import access
from contracts.domain import roles
from contracts.enums import Role
from contracts.models import ProcessGroupGrant, User
from contracts.services import bundles
from reviews.domain import roles as queue_roles
from reviews.models import QueueGroupGrant
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def older(desk: Desk) -> Desk:
    """A desk as an earlier release left it: the admin could not set up webhooks, and the reviewer saw the board."""
    grants = ProcessGroupGrant.objects.filter(content_object=desk.process)
    grants.filter(permission__codename=roles.MANAGE_WEBHOOKS).delete()
    board = grants.filter(permission__codename=roles.VIEW_BOARD).first()
    reviewers = grants.filter(group__name__endswith=f":{Role.REVIEWER}").first()
    assert board is not None
    assert reviewers is not None
    ProcessGroupGrant.objects.create(
        content_object=desk.process, group=reviewers.group, permission=board.permission
    )
    return desk


def test_grants_follow_the_roles(older: Desk, at) -> None:
    bystander = User.objects.get(pk=older.lead.pk).grants_stamp
    assert not access.can(older.admin, roles.MANAGE_WEBHOOKS, older.process)
    assert access.can(older.reviewer, roles.VIEW_BOARD, older.process)

    assert bundles.follow(app_label="contracts", at=at) == 1

    assert access.can(older.admin, roles.MANAGE_WEBHOOKS, older.process)
    assert not access.can(older.reviewer, roles.VIEW_BOARD, older.process)
    assert User.objects.get(pk=older.reviewer.pk).grants_stamp != older.reviewer.grants_stamp
    assert User.objects.get(pk=older.lead.pk).grants_stamp == bystander
    told = Event.objects.get(action="access.roles_changed", object_id=str(older.process.pk)).facts["roles"]
    assert told[Role.CLIENT_ADMIN] == {"gained": [roles.MANAGE_WEBHOOKS], "lost": []}
    assert told[Role.REVIEWER] == {"gained": [], "lost": [roles.VIEW_BOARD]}


def test_following_twice_changes_nothing(older: Desk, at) -> None:
    bundles.follow(app_label="contracts", at=at)

    assert bundles.follow(app_label="contracts", at=at) == 0
    assert Event.objects.filter(action="access.roles_changed").count() == 1


def test_a_migration_brings_the_grants_of_every_app_along(older: Desk) -> None:
    QueueGroupGrant.objects.filter(permission__codename=queue_roles.WORK_QUEUE).delete()

    call_command("migrate", verbosity=0)

    assert access.can(older.admin, roles.MANAGE_WEBHOOKS, older.process)
    assert access.can(older.reviewer, queue_roles.WORK_QUEUE, older.queues["review"])
