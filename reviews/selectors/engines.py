"""The engine of automatic QA that is configured, and its entry in the model inventory (F4, N1)."""

from django.conf import settings
from django.utils.module_loading import import_string

from contracts.models import ModelVersion
from reviews.domain.autoqa import Engine


def configured() -> Engine:
    """The engine that comes with the portal unless another is named."""
    made: Engine = import_string(settings.AUTOQA_ENGINE)()
    return made


def reference(engine: Engine) -> str:
    """What its entry in the inventory is called."""
    return f"{engine.name}-{engine.version}"


def in_use() -> ModelVersion | None:
    """The entry of the engine that is configured; None while it has scored nothing anywhere."""
    return listed(configured())


def listed(engine: Engine) -> ModelVersion | None:
    """The entry of an engine; None while it has scored nothing anywhere."""
    return ModelVersion.objects.filter(reference=reference(engine)).first()
