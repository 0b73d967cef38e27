"""How every floor says no: a code for programs, a sentence for people, and the field at fault.

Framework-free, so that domain code can raise them; the doors in governance map them to HTTP once.
"""


class Refused(Exception):
    """A rule of the house forbids what was asked.

    `code` is stable and machine-readable, `sentence` can be shown to a person as it is, `field` names the
    input at fault (dotted or JSON pointer), and `details` carries what a program may want to list.
    """

    def __init__(
        self, code: str, sentence: str, field: str | None = None, details: list | None = None
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.details = details or []


class NotVisible(Refused):
    """It does not exist for this person: 404, also where it exists for others."""


class NotAllowed(Refused):
    """It is visible, yet this person may not do this to it: 403."""


class Conflict(Refused):
    """The state moved on, or somebody was faster: 409."""


class Invalid(Refused):
    """What was sent is wrong in itself: 400."""


class Locked(Refused):
    """Somebody halted it, and it is refused as long as that lasts: 423."""
