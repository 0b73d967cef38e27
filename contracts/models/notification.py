"""What a person was told: the in-app inbox, and the copy by e-mail."""

from django.db import models

from audit.domain.ids import new_id


class Notification(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("contracts.User", on_delete=models.PROTECT, related_name="notifications")
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)
    email_attempts = models.PositiveSmallIntegerField(default=0)
    email_next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(name="notification_inbox", fields=["user", "-created_at"]),
            models.Index(
                name="notification_to_email",
                fields=["email_next_at"],
                condition=models.Q(emailed_at__isnull=True, email_next_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
