"""The drills in tampering: what somebody would do to a log, and by what it is found. They are done to copies alone.

Which entry is touched follows from the size of the copy, so that two runs over the same entries do the same.
"""

from dataclasses import dataclass

# A copy is small enough to be checked a dozen times while somebody waits.
MOST_ENTRIES = 2_000
FEWEST_ENTRIES = 8
FULL_TILE = 256

CAUGHT = 1  # the exit status by which the tools say that something was changed


@dataclass(frozen=True, slots=True)
class Drill:
    """One way to cheat. `least` is how many entries a log must have for it to be possible at all."""

    key: str
    title: str
    done: str
    who: str
    found_by: str
    least: int = FEWEST_ENTRIES


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool said about one copy. `touched` is the first entry that was changed, `index` the one the tool named,
    `alone` the status of the same check without anything that is kept outside (None where nothing is needed)."""

    key: str
    tool: str
    status: int
    said: str
    touched: int | None = None
    index: int | None = None
    alone: int | None = None

    @property
    def caught(self) -> bool:
        """Whether the tool said that something was changed, and named no place behind it."""
        if self.status != CAUGHT:
            return False
        return self.index is None or self.touched is None or self.index <= self.touched


@dataclass(frozen=True, slots=True)
class Report:
    """A run over a copy of so many entries of a log, from `first` on: the copy nobody touched, then each drill that was
    done, and those that could not be. Indexes are counted in the copy, from 0. Where the untouched copy is not clean, no drill was done: what is caught then would prove nothing."""

    log: str
    first: int
    entries: int
    control: Outcome
    outcomes: tuple[Outcome, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def control_clean(self) -> bool:
        return self.control.status == 0

    @property
    def caught(self) -> int:
        """How many drills were caught; none where the untouched copy was not clean."""
        return sum(one.caught for one in self.outcomes) if self.control_clean else 0

    @property
    def passed(self) -> bool:
        """Whether the untouched copy was clean and every drill that was done was caught."""
        return self.control_clean and bool(self.outcomes) and self.caught == len(self.outcomes)


DATABASE_OWNER = "Whoever owns the database: he can drop every trigger and edit the file."
OPERATOR = "The operator, who has the database, the signing key and the folder of checkpoints."

DRILLS = (
    Drill(
        "body",
        "Edit an entry",
        "An entry is dated a day back in its recorded bytes.",
        DATABASE_OWNER,
        "Its bytes no longer have the hash of their leaf.",
    ),
    Drill(
        "column",
        "Edit what an entry is found by",
        "The bytes stay; the column beside them names somebody else as the actor.",
        DATABASE_OWNER,
        "Every column is compared with what the bytes say.",
    ),
    Drill(
        "swap",
        "Swap two entries",
        "Two entries change their places, so that one seems to have happened before the other.",
        DATABASE_OWNER,
        "The leaves no longer make the tiles and roots that were written down and signed.",
    ),
    Drill(
        "middle",
        "Delete entries in the middle",
        "Some entries and their leaves are taken out, as if they had never been.",
        DATABASE_OWNER,
        "Places are numbered without a gap.",
    ),
    Drill(
        "tail",
        "Delete the newest entries",
        "The newest entries go, with their leaves and every checkpoint that knew of them, and size and root are set to fit.",
        DATABASE_OWNER,
        "The folder outside the database has a checkpoint of a longer log.",
    ),
    Drill(
        "tile",
        "Edit the tree",
        "One hash inside a stored tile of the tree is replaced.",
        DATABASE_OWNER,
        "Tiles are made again from the leaves and compared.",
        least=FULL_TILE,
    ),
    Drill(
        "backup",
        "Put an old backup in place",
        "The database of an earlier moment, whole and consistent, replaces the one of now.",
        "Whoever restores backups, also by mistake.",
        "The folder outside has a checkpoint of a longer log.",
    ),
    Drill(
        "rewrite",
        "Rewrite history",
        "An entry is dated a day back, and every hash, tile and root above it is worked out again, so that all of it fits.",
        DATABASE_OWNER,
        "What was signed at the time has another root, and there is no key to sign the new one.",
    ),
    Drill(
        "resign",
        "Rewrite history and sign it with the right key",
        "The same, and the new tree is signed with the log’s own key, in place of all that was signed before, here and outside.",
        OPERATOR,
        "A checkpoint that somebody else kept. Without one nobody inside can tell: the check by itself says that all is well.",
    ),
    Drill(
        "witness",
        "Show the rewritten history to a witness",
        "The same, and a witness that confirmed the log before is asked to confirm the new tree.",
        OPERATOR,
        "The witness remembers the tree it confirmed, and refuses another one; the log is stopped.",
    ),
)

NOT_COVERED = (
    "What was false from the beginning: an honest path that records a wrong fact records it for ever.",
    "What was never written. Each change is written with its event in one transaction; that there was no other change nobody can prove.",
    "An entry that is edited in the second before it gets its place: the sequencer finds it and stops the log, but no drill does it.",
    "Two histories shown to two readers by an operator who has the key, where no witness outside confirms the log.",
    "A rewritten log whose earlier checkpoints nobody outside has kept, from whoever holds the database and the key.",
    "Which person acted: the trail says whose account it was.",
    "Values sealed in the vault: they are not in the copy, and no proof brings back what a lost key has sealed.",
)


def drill(key: str) -> Drill:
    """The drill of that key; KeyError for none."""
    return {one.key: one for one in DRILLS}[key]


def touched(key: str, size: int) -> int:
    """The first entry that a drill changes in a copy of this size."""
    return {
        "body": size // 3,
        "column": size // 4,
        "swap": size // 5,
        "middle": size // 3,
        "tail": size - max(1, size // 10),
        "tile": 100,
        "backup": halfway(size),
        # Behind the first checkpoint of the copy, so that the check can say from where on the log is another one.
        "rewrite": size * 3 // 4,
        "resign": size * 3 // 4,
        "witness": size * 3 // 4,
    }[key]


def halfway(size: int) -> int:
    """Where the copy is signed for the first time."""
    return size // 2
