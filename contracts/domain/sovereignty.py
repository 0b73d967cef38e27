"""Where data may be processed, and whether an endpoint keeps to it (A5): pure, asked for every item that comes in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.enums import Labelled, Tenancy

# What a text is about, and not what kind of data it carries: no endpoint is refused for it.
TOPICS = frozenset({"legal_threat", "regulator", "press", "data_request", "safety"})
_LONGEST = 40


class TrainingUse(Labelled):
    """What the vendor does with what it is sent, from the least to the most."""

    NONE = "none"
    OPT_IN = "opt_in"
    DEFAULT = "default"

    @property
    def label(self) -> str:
        return {
            "none": "Never used for training",
            "opt_in": "Used for training where one opted in",
            "default": "Used for training unless one objects",
        }[self.value]


class Fault(StrEnum):
    """Why an endpoint does not conform."""

    NOT_ALLOWED = "not_allowed"
    UNREGISTERED = "unregistered"
    RETIRED = "retired"
    PUBLIC = "public"
    REGION = "region"
    TRAINING = "training"
    DATA_CLASS = "data_class"


@dataclass(frozen=True, slots=True)
class EndpointTerms:
    """An endpoint as it is judged by."""

    name: str
    region: str
    tenancy: str
    training_use: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What a process allows: regions and classes of data (none named: nothing was agreed), and the most use in training."""

    regions: tuple[str, ...] = ()
    data_classes: tuple[str, ...] = ()
    training_use: str = TrainingUse.NONE


def inside(region: str, regions: Sequence[str]) -> bool:
    """Whether a region is one of these or a part of one: `EU-DE` is inside `EU`."""
    place = region.upper()
    return any(place == one.upper() or place.startswith(f"{one.upper()}-") for one in regions)


def faults(terms: EndpointTerms, ground: Ground, classes: Collection[str] = ()) -> list[tuple[Fault, str]]:
    """Everything in which an endpoint does not conform to what a process allows, each with its sentence."""
    found: list[tuple[Fault, str]] = []
    if terms.retired:
        found.append((Fault.RETIRED, f"The endpoint {terms.name} is retired"))
    if terms.tenancy == Tenancy.PUBLIC:
        found.append((Fault.PUBLIC, f"The endpoint {terms.name} is public"))
    if ground.regions and not inside(terms.region, ground.regions):
        allowed = " and ".join(ground.regions)
        found.append(
            (
                Fault.REGION,
                f"The endpoint {terms.name} answers from {terms.region}; allowed is only {allowed}",
            )
        )
    if _rank(terms.training_use) > _rank(ground.training_use):
        use = (
            TrainingUse(terms.training_use).label.lower()
            if terms.training_use in set(TrainingUse)
            else "unknown"
        )
        found.append((Fault.TRAINING, f"What the endpoint {terms.name} is sent: {use}"))
    if strange := beyond(classes, ground):
        named = ", ".join(name[:_LONGEST].replace("_", " ") for name in strange)
        found.append((Fault.DATA_CLASS, f"It carries data that may not go to a model: {named}"))
    return found


def beyond(classes: Collection[str], ground: Ground) -> list[str]:
    """The classes of data that the process does not allow."""
    if not ground.data_classes:
        return []
    return sorted(set(classes) - set(ground.data_classes) - TOPICS)


def _rank(use: str) -> int:
    # What nobody knows is taken for the worst.
    return list(TrainingUse).index(TrainingUse(use)) if use in set(TrainingUse) else len(TrainingUse)
