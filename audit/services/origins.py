"""Where events come from that nobody lived through just now: a demo world, an import of the past.

Inside `writing` every event carries the origin. With `quiet` nobody is woken by it either: messages are in the inbox as
read, no letter goes out, and no worker is nudged about work that whoever writes the past does himself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Writing:
    """The origin of what is being written, and whether it may wake anybody."""

    origin: str = ""
    quiet: bool = False


_NOTHING = Writing()
_current: ContextVar[Writing] = ContextVar("writing")


@contextmanager
def writing(*, origin: str, quiet: bool) -> Iterator[None]:
    """Everything recorded inside carries the origin, unless it names one of its own."""
    token = _current.set(Writing(origin, quiet))
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Writing:
    return _current.get(_NOTHING)
