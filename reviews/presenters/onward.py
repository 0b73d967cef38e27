"""Ways on from a page of this floor to the floors above, which register theirs when they start: nothing here knows them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


_links: dict[str, list[Callable[[UUID], Link]]] = {}


def register(page: str, link: Callable[[UUID], Link]) -> None:
    """Add a way on from a page, made with the id of what the page shows. Registering twice changes nothing."""
    known = _links.setdefault(page, [])
    if link not in known:
        known.append(link)


def links(page: str, about: UUID) -> list[Link]:
    """The ways on from a page about this."""
    return [link(about) for link in _links.get(page, [])]
