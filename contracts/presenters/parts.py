"""What pages are made of, on every floor: a state, and a button with the sentence of why it is dead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """A state as the component shows it: word, hue, sign; without a sign the hue says which."""

    label: str
    hue: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """What may be done, and the sentence where it may not."""

    url: str
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done on the page itself, or the sentence why not."""

    allowed: bool
    reason: str
