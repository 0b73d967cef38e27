"""Grant tables: who may do what to which object, by group, on direct foreign keys.

Every protected model has two tables: the group table with its closed set of codenames, and a user table whose
set is empty, so that a grant to a person has nowhere to land. Only `contracts.access` writes them.
"""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from contracts.domain import roles
from contracts.models.process import Process


class GroupGrant(GroupObjectPermissionBase):
    """Abstract: a group holds a codename on one object. Subclasses name the object and the allowed codenames."""

    allowed_codenames: frozenset[str] = frozenset()

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = True

    def save(self, *args, **kwargs) -> None:
        # The one save() override of the house: a table that can hold only its own codenames.
        if self.permission.codename not in self.allowed_codenames:
            raise ValueError(f"{type(self).__name__} does not hold {self.permission.codename!r}")
        super().save(*args, **kwargs)


class UserGrant(UserObjectPermissionBase):
    """Abstract: exists so that a grant to a person is refused instead of landing in guardian's generic table."""

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True

    def save(self, *args, **kwargs) -> None:
        raise ValueError("Grants go to groups, never to people.")


class ProcessGroupGrant(GroupGrant):
    allowed_codenames = frozenset(roles.PROCESS_CODENAMES)
    content_object = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="group_grants")

    class Meta(GroupGrant.Meta):
        pass


class ProcessUserGrant(UserGrant):
    content_object = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="user_grants")

    class Meta(UserGrant.Meta):
        pass
