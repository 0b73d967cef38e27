"""What the board adds up, made of the trail by the projection `board` and by nobody else; it can be made anew any time."""

from django.db import models


class DayRollup(models.Model):
    """The counts of one day (UTC) of one step of a process, at one tier, in one language.

    A decision counts on the day on which it was made, everything else of an interaction on the day it came in.
    `decided` leaves out what was withdrawn; `changed` is what people changed materially, `cosmetic` what they changed
    besides. `log` and `process` are keys and point at nothing: what was counted outlives what it was counted of.
    """

    id = models.BigAutoField(primary_key=True)
    log = models.TextField()
    process = models.TextField()
    day = models.DateField()
    step = models.TextField()
    tier = models.TextField()
    language = models.TextField(blank=True)
    received = models.PositiveIntegerField(default=0)
    straight_through = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    to_review = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    cosmetic = models.PositiveIntegerField(default=0)
    replayed = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rollup_once", fields=["log", "process", "day", "step", "tier", "language"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.day} {self.step}"


class ScoreRollup(models.Model):
    """How many of the interactions that went out on one day automatic QA has scored, whenever it did."""

    id = models.BigAutoField(primary_key=True)
    log = models.TextField()
    process = models.TextField()
    day = models.DateField()
    scored = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="score_rollup_once", fields=["log", "process", "day"]),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.day}"


class SampleRollup(models.Model):
    """The straight-through interactions of one day that QA scored, by the probability with which they were drawn."""

    id = models.BigAutoField(primary_key=True)
    log = models.TextField()
    process = models.TextField()
    day = models.DateField()
    pi = models.DecimalField(max_digits=13, decimal_places=12)
    scored = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="sample_rollup_once", fields=["log", "process", "day", "pi"]),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.day} {self.pi}"


class UndoableDecision(models.Model):
    """A final decision that is counted and not released yet: what its withdrawal would take away again, and where.

    `event` is the one that told of it. The row goes with the withdrawal or the release, so few are ever there.
    """

    event = models.UUIDField(primary_key=True)
    log = models.TextField()
    interaction = models.UUIDField()
    process = models.TextField()
    day = models.DateField()
    step = models.TextField()
    tier = models.TextField()
    language = models.TextField(blank=True)
    changed = models.BooleanField()
    cosmetic = models.BooleanField()
    replayed = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(name="undoable_once", fields=["log", "interaction"])]

    def __str__(self) -> str:
        return f"{self.process} {self.interaction}"
