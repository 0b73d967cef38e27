"""The erasable half of the trail: personal values and the keys they are sealed under."""

from django.db import models

from audit.domain.ids import new_id


class SubjectKey(models.Model):
    """The data key of one person or thing in one log, wrapped by the key in the key file.

    `subject` is an opaque key. A destroyed key keeps its row as the record that it was destroyed; whoever comes back
    gets a new one.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    log = models.TextField()
    subject = models.TextField()
    wrapped_key = models.BinaryField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["log", "subject"],
                condition=models.Q(destroyed_at__isnull=True),
                name="audit_one_live_key_per_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped_key=b""),
                name="audit_destroyed_key_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.subject}"


class PrivateValue(models.Model):
    """One sealed value of one event: nonce ‖ AES-256-GCM(salt ‖ value), bound to the event and the field.

    The salt is inside: left in clear in some backup, it would let a short value be guessed from its commitment.
    """

    id = models.BigAutoField(primary_key=True)
    event_uid = models.UUIDField()
    field = models.TextField()
    ciphertext = models.BinaryField()
    subject_key = models.ForeignKey(SubjectKey, on_delete=models.PROTECT, related_name="values")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_uid", "field"], name="audit_one_value_per_field"),
        ]

    def __str__(self) -> str:
        return f"{self.event_uid} {self.field}"
