"""How far each projection has read each log."""

from django.db import models


class Cursor(models.Model):
    """The place of a projection in a log: it has seen every event before `position`, and none from there on.

    `version` is the one its rows were made by. `rebuilt_to` is what it had to read again when it last began anew: until
    it is there, its rows tell less than they did. `stopped` is the error at `position`; while there is one, the
    projection stands still in this log and nothing is passed over.
    """

    id = models.BigAutoField(primary_key=True)
    projection = models.TextField()
    log_id = models.SmallIntegerField()
    version = models.PositiveIntegerField()
    position = models.BigIntegerField(default=0)
    rebuilt_to = models.BigIntegerField(default=0)
    stopped = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "Cursor"
        constraints = [models.UniqueConstraint(name="audit_one_cursor", fields=["projection", "log_id"])]

    def __str__(self) -> str:
        return f"{self.projection} {self.log_id}/{self.position}"
