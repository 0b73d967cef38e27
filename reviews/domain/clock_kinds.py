"""The states of the clock of a case."""

from contracts.enums import Labelled


class ClockState(Labelled):
    """Running until the work is done, in time or late; one that is late is breached while it still runs.

    That it stands still is no state: a pause has a beginning and an end, and the clock is computed from both.
    """

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"

    @property
    def label(self) -> str:
        return {"met": "Kept", "missed": "Late"}.get(self.value, super().label)
