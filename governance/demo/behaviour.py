"""How the people of the demo world work: how long they look, what they see, and whom a case comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Manner:
    """`seconds` is the usual time on a case, `sees` the share of the AI's mistakes that somebody notices."""

    login: str
    seconds: float
    sees: float
    share: float = 1.0

    def takes(self, dice: Random) -> int:
        """The time on one case: long cases are rare; nobody is done before he opened what must be opened."""
        if self.seconds < 10:
            return max(4, round(dice.gauss(self.seconds, 1)))
        return round(min(max(dice.lognormvariate(0, 0.45) * self.seconds, 15), 800))


ANA = Manner("ana.reyes", 95, 0.97)
# Approves 98 % in about six seconds: what he changes is what nobody could miss.
RAMON = Manner("ramon.cruz", 6, 0.09, share=0.9)
KENJI = Manner("kenji.sato", 120, 0.96)
DIVYA = Manner("divya.rao", 160, 0.98)
LIZA = Manner("liza.santos", 85, 0.96)
ARJUN = Manner("arjun.mehta", 140, 0.97)
PRIYA = Manner("priya.nair", 140, 0.97)
CLIENTS = [
    Manner(login, 200, 0.99)
    for login in ("katrin.vogt", "jonas.weber", "sean.daly", "aoife.byrne", "hiro.tanaka", "yui.mori")
]
EVERYBODY = {manner.login: manner for manner in (ANA, RAMON, KENJI, DIVYA, LIZA, ARJUN, PRIYA, *CLIENTS)}

# Who works which queue of which process, in the order in which a second pair of eyes is looked for.
DESKS: dict[tuple[str, str], list[Manner]] = {
    ("AP-INV", "review"): [ANA, RAMON, KENJI],
    ("AP-INV", "senior"): [LIZA],
    ("CLM-TRI", "review"): [ANA, KENJI, DIVYA],
    ("CLM-TRI", "senior"): [DIVYA, LIZA],
    ("CS-REPLY", "review"): [KENJI, ANA, RAMON],
    ("CS-REPLY", "senior"): [LIZA],
    ("AP-INV", "client"): [EVERYBODY["katrin.vogt"], EVERYBODY["jonas.weber"]],
    ("CLM-TRI", "client"): [EVERYBODY["sean.daly"], EVERYBODY["aoife.byrne"]],
    ("CS-REPLY", "client"): [EVERYBODY["hiro.tanaka"], EVERYBODY["yui.mori"]],
}
AUDITORS = ("maria.lopez", "tom.okafor")


def reviewer(process: str, queue: str, dice: Random, other_than: str = "") -> Manner:
    """Who takes the next case of a queue. A second reviewer is never the first."""
    desk: Sequence[Manner] = [manner for manner in DESKS[process, queue] if manner.login != other_than]
    if not desk:
        # A desk of one: a second pair of eyes is the team lead's.
        return LIZA
    return dice.choices(desk, weights=[manner.share for manner in desk])[0]
