"""People, AI agents, what they belong to, and the keys agents come with."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from audit.domain.ids import new_id
from contracts.enums import Authority, Role, UserKind


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in, or an AI agent that comes with a key. Nobody is a superuser: grants are per object."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    kind = models.CharField(max_length=8, choices=UserKind.choices(), default=UserKind.PERSON)
    time_zone = models.CharField(max_length=60, default="UTC")
    place = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, default="en")
    organisation = models.ForeignKey(
        "contracts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    lead = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="team")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    # Another value with every change of what this user may do: the key of grants kept between requests. Never a
    # counter: a change that was rolled back must not leave a number that the next change takes again.
    grants_stamp = models.UUIDField(default=new_id, editable=False)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_never_superuser", condition=models.Q(is_superuser=False)),
        ]

    def __str__(self) -> str:
        return self.username


class Membership(models.Model):
    """A role a user holds for an organisation, on all its processes or on one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        "contracts.Organisation", on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=24, choices=Role.choices())
    process = models.ForeignKey(
        "contracts.Process", null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            # Two constraints, because SQLite takes no two NULLs for the same.
            models.UniqueConstraint(
                name="membership_once_on_process",
                fields=["user", "organisation", "role", "process"],
                condition=models.Q(revoked_at__isnull=True, process__isnull=False),
            ),
            models.UniqueConstraint(
                name="membership_once_on_all",
                fields=["user", "organisation", "role"],
                condition=models.Q(revoked_at__isnull=True, process__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class AuthorityGrants(models.QuerySet["AuthorityGrant"]):
    def in_force(self, at: datetime) -> "AuthorityGrants":
        """Those that hold at that time."""
        ending = models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=at)
        return self.filter(ending, revoked_at__isnull=True, valid_from__lte=at)


class AuthorityGrant(models.Model):
    """K4: the authority a named person holds on a process: to decide, to monitor, or to report."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="authorities")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="authorities")
    kind = models.CharField(max_length=12, choices=Authority.choices())
    evidence = models.CharField(max_length=300)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    # When the person is on call for it (K6); none means around the clock.
    calendar = models.ForeignKey(
        "contracts.BusinessCalendar", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AuthorityGrants.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="authority_once",
                fields=["user", "process", "kind"],
                condition=models.Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class ApiKey(models.Model):
    """An agent's key: only its hash is kept; it opens the named processes and actions, for 90 days at most (A6)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    label = models.CharField(max_length=120)
    processes = models.ManyToManyField("contracts.Process", related_name="api_keys")
    actions = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="api_key_expires_after_creation",
                condition=models.Q(expires_at__gt=models.F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.prefix


class IdempotentReply(models.Model):
    """What was answered to a POST under an Idempotency-Key: the same key and body get the same answer again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    reply = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="idempotent_reply_once", fields=["user", "key"])]

    def __str__(self) -> str:
        return self.key
