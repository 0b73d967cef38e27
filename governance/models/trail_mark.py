"""What the trail can be searched by, made of it by the projection `trail` and by nobody else; it can be made anew any time."""

from django.db import models


class TrailMark(models.Model):
    """One thing by which an interaction is found: whose it was, what made it, which rule it met, who had a hand in it,
    what happened to it. `received_at` is the interaction's own, so that every search is in one order.

    It points at nothing and holds no personal value: a subject is the keyed hash under which events name him.
    """

    pk = models.CompositePrimaryKey("interaction", "kind", "value")
    interaction = models.UUIDField()
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=120)
    log = models.TextField()
    process = models.CharField(max_length=20)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                name="trail_mark_newest", fields=["process", "kind", "value", "-received_at", "-interaction"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}: {self.interaction}"
