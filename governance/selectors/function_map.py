"""The function map of a process beside what the trail says of each step in the last four weeks (K8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from contracts.domain import function_map as domain
from contracts.domain.function_map import Dependency, Impact, Involvement, Measured
from contracts.models import MappedFunction, Process, ProcessStep
from governance.domain import telemetry
from governance.models import DayRollup, SampleRollup


@dataclass(frozen=True)
class Row:
    """One step: what was declared of it, if anything was, and what was measured."""

    step: ProcessStep
    mapped: MappedFunction | None
    measured: Measured

    @property
    def found(self) -> Involvement | None:
        return domain.involvement(self.measured)

    @property
    def people(self) -> Involvement | None:
        if self.mapped is None:
            return None
        return domain.effective(Involvement(self.mapped.involvement), self.found)

    @property
    def quadrant(self) -> domain.Quadrant | None:
        people = self.people
        if self.mapped is None or people is None:
            return None
        return domain.quadrant(Dependency(self.mapped.dependency), people)

    @property
    def tier(self) -> domain.MapTier | None:
        people = self.people
        if self.mapped is None or people is None:
            return None
        return domain.tier(Dependency(self.mapped.dependency), people, Impact(self.mapped.impact))

    @property
    def mismatch(self) -> str:
        if self.mapped is None:
            return ""
        return domain.mismatch(self.step.name, Involvement(self.mapped.involvement), self.measured)


def rows(process: Process, at: datetime) -> list[Row]:
    """Every step of a process in its order; needs `process.client` loaded."""
    within = {
        "log": process.client.log_key,
        "process": process.code,
        "day__gt": telemetry.day_of(at - timedelta(days=domain.MEASURED_DAYS)),
        "day__lte": telemetry.day_of(at),
    }
    sums = {
        step: (decided or 0, straight or 0)
        for step, decided, straight in DayRollup.objects.filter(**within)
        .values_list("step")
        .annotate(by_people=Sum("decided"), alone=Sum("straight_through"))
        .order_by()
    }
    sampled = SampleRollup.objects.filter(**within, scored__gt=0).exists()
    steps = process.steps.select_related("mapped__mapped_by", "mapped__signed_by").order_by("position", "pk")
    return [
        Row(step, getattr(step, "mapped", None), Measured(*sums.get(step.code, (0, 0)), sampled=sampled))
        for step in steps
    ]
