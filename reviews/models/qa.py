"""QA: the sampling plan of a process, its draws, and the evaluations auditors score."""

from decimal import Decimal

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from reviews.domain.qa_kinds import Cut
from reviews.enums import DrawKind, DrawState, EvaluationState, SeedKind, SeedReason


class SamplingPlan(models.Model):
    """F1: the fraction of all finished interactions an auditor sees, and the floors below which no one falls."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.OneToOneField(
        "contracts.Process", on_delete=models.PROTECT, related_name="sampling_plan"
    )
    fraction = models.DecimalField(max_digits=4, decimal_places=3)
    reviewer_floor = models.PositiveSmallIntegerField(default=2)
    stratum_floor = models.PositiveSmallIntegerField(default=1)
    # What strata are cut by beside tier and route.
    by_language = models.BooleanField(default=True)
    by_shift = models.BooleanField(default=False)
    by_reviewer = models.BooleanField(default=False)
    # The first day that is drawn from is the day on which the plan was made.
    created_at = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_fraction_in_band",
                condition=models.Q(fraction__gte=Decimal("0.05"), fraction__lte=Decimal("0.10")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.fraction}"

    @property
    def cut_by(self) -> list[Cut]:
        return [cut for cut in Cut if getattr(self, f"by_{cut}")]


class Draw(models.Model):
    """One draw: the frame it was made from (by hash), the seed, what was asked for, and the table of strata.

    At first a frame and a plan are fixed, and told to the trail (`frame_event`); a checkpoint signed after that gives the
    seed. `cosignature` is the line of the witness that is part of the seed, `seed_reason` why there is none.

    `plan` holds the size, weights and floors the draw was made with, so that it can be made again; `deferred` are
    the reviewers who were owed a look and got none for want of room. What a whole number could not take of the share
    is carried from draw to draw of a month, so that months land in band.

    A day of enhanced mode names it, has its fraction and carries by itself: it takes nothing from the plan's month.

    A targeted draw is another one of the same day: its frame is what automatic QA flagged and nobody looked at, chance
    has no part in it, so it has no seed, and it enters no estimate.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="draws")
    kind = models.CharField(max_length=8, choices=DrawKind.choices(), default=DrawKind.RANDOM)
    state = models.CharField(max_length=5, choices=DrawState.choices(), default=DrawState.DRAWN)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    enhanced = models.ForeignKey(
        "reviews.EnhancedMode", null=True, on_delete=models.PROTECT, related_name="draws"
    )
    fraction = models.DecimalField(max_digits=4, decimal_places=3)
    frame_hash = models.CharField(max_length=64)
    frame_size = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    seed = models.CharField(max_length=64, blank=True)
    seed_kind = models.CharField(max_length=10, choices=SeedKind.choices(), blank=True)
    seed_reason = models.CharField(max_length=10, choices=SeedReason.choices(), blank=True)
    frame_event = models.UUIDField(null=True)
    checkpoint_size = models.BigIntegerField(null=True)
    checkpoint_hash = models.CharField(max_length=64, blank=True)
    witness = models.TextField(blank=True)
    cosignature = models.TextField(blank=True)
    plan = models.JSONField(default=dict)
    deferred = models.JSONField(default=list)
    small_process = models.BooleanField(default=False)
    carried_in = models.DecimalField(max_digits=12, decimal_places=4)
    carried_out = models.DecimalField(max_digits=12, decimal_places=4)
    strata = models.JSONField(default=list)
    fixed_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="draw_window_once", fields=["process", "window_start", "kind"]),
            models.CheckConstraint(
                name="draw_by_chance_has_a_seed",
                condition=models.Q(kind=DrawKind.RANDOM, state=DrawState.DRAWN, drawn_at__isnull=False)
                & ~models.Q(seed="")
                | models.Q(
                    kind=DrawKind.RANDOM, state=DrawState.FIXED, seed="", size=0, drawn_at__isnull=True
                )
                | models.Q(kind=DrawKind.TARGETED, state=DrawState.DRAWN, seed="", drawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="draw_seed_from_a_checkpoint",
                condition=~models.Q(seed_kind__in=[SeedKind.CHECKPOINT, SeedKind.WITNESSED])
                | models.Q(checkpoint_size__isnull=False, frame_event__isnull=False, fixed_at__isnull=False)
                & ~models.Q(checkpoint_hash=""),
            ),
            models.CheckConstraint(
                name="draw_witnessed_by_somebody",
                condition=models.Q(seed_kind=SeedKind.WITNESSED)
                & ~models.Q(witness="")
                & ~models.Q(cosignature="")
                | ~models.Q(seed_kind=SeedKind.WITNESSED) & models.Q(witness="", cosignature=""),
            ),
            models.CheckConstraint(
                name="draw_above_band_is_enhanced",
                condition=models.Q(enhanced__isnull=True, fraction__lte=Decimal("0.10"))
                | models.Q(enhanced__isnull=False, fraction__gt=Decimal("0.10")),
            ),
            models.CheckConstraint(
                name="draw_size_in_frame", condition=models.Q(size__lte=models.F("frame_size"))
            ),
        ]
        indexes = [models.Index(name="draw_recent", fields=["process", "-window_start"])]

    def __str__(self) -> str:
        return f"{self.process_id} {self.window_start:%Y-%m-%d}"


class Scorecard(models.Model):
    """A version of the questions an auditor answers. `items`: as `reviews.domain.scorecard` writes them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="scorecards")
    version = models.PositiveIntegerField()
    items = models.JSONField(default=list)
    pass_mark = models.PositiveSmallIntegerField(default=90)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="scorecard_version_once", fields=["process", "version"])]

    def __str__(self) -> str:
        return f"{self.process_id} v{self.version}"


class Evaluation(models.Model):
    """One drawn interaction and its score. `pi` is its inclusion probability; a targeted pick has none, because something
    that was found chose it, and so it enters no estimate. The scorecard version is locked in.

    `judged_wrong` is what the auditor said of the AI's output before he saw what was decided; `output_wrong` is what
    follows for what went out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="evaluations")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    interaction = models.ForeignKey(
        "reviews.Interaction", on_delete=models.PROTECT, related_name="evaluations"
    )
    stratum = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=DrawKind.choices(), default=DrawKind.RANDOM)
    pi = models.DecimalField(max_digits=13, decimal_places=12, null=True)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=EvaluationState.choices(), default=EvaluationState.DRAWN)
    blind = models.BooleanField(default=True)
    auditor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField()
    answers = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    critical_fail = models.BooleanField(null=True)
    judged_wrong = models.BooleanField(null=True)
    output_wrong = models.BooleanField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="evaluation_once", fields=["draw", "interaction"]),
            models.CheckConstraint(
                name="evaluation_submission_complete",
                condition=models.Q(state__in=[EvaluationState.DRAWN, EvaluationState.VOID])
                | models.Q(
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    auditor=models.F("submitted_by"),
                    score__isnull=False,
                    passed__isnull=False,
                    critical_fail__isnull=False,
                    output_wrong__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="evaluation_pi_is_a_probability",
                condition=models.Q(kind=DrawKind.RANDOM, pi__isnull=False, pi__gt=0, pi__lte=1)
                | models.Q(kind=DrawKind.TARGETED, pi__isnull=True),
            ),
        ]
        indexes = [models.Index(name="evaluation_open", fields=["process", "state", "due_at"])]

    def __str__(self) -> str:
        return str(self.id)
