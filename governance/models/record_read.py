"""Who read personal data, made of the trail by the projection `reads` and by nobody else; it can be made anew any time."""

from django.db import models


class RecordRead(models.Model):
    """That somebody was shown personal data, or took evidence away: one event of the trail, so that it can be found by
    day, person and subject. It names nobody: a subject is a keyed hash, a person an opaque id."""

    event = models.UUIDField(primary_key=True)
    log = models.TextField()
    read_at = models.DateTimeField()
    action = models.TextField()
    person = models.TextField()
    role = models.TextField(blank=True)
    process = models.CharField(max_length=20, blank=True)
    interaction = models.UUIDField(null=True)
    subject = models.TextField(blank=True)
    what = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(name="record_read_newest", fields=["log", "-read_at", "-event"]),
            models.Index(name="record_read_person", fields=["log", "person", "-read_at"]),
            models.Index(name="record_read_subject", fields=["log", "subject", "-read_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.event}"
