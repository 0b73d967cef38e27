"""Who has a stake in a process, and must be known before it goes live (K7)."""

from collections.abc import Collection

from contracts.enums import Labelled, Party


class Stake(Labelled):
    """The categories of the register; each is held by somebody of one party, or of any."""

    BUSINESS_OWNER = "business_owner"
    PROVIDER_MANAGER = "provider_manager"
    PROVIDER_STAFF = "provider_staff"
    AI_VENDOR = "ai_vendor"
    LEGAL_COMPLIANCE = "legal_compliance"
    INFOSEC = "infosec"

    @property
    def label(self) -> str:
        return {
            "provider_staff": "Provider: the people who review",
            "provider_manager": "Provider: management",
            "ai_vendor": "AI vendor",
            "legal_compliance": "Legal and compliance",
            "infosec": "Information security",
        }.get(self.value, super().label)


SIDES = {
    Stake.BUSINESS_OWNER: Party.CLIENT,
    Stake.PROVIDER_MANAGER: Party.PROVIDER,
    Stake.PROVIDER_STAFF: Party.PROVIDER,
    Stake.AI_VENDOR: Party.AI_VENDOR,
}


def missing(held: Collection[str], *, vendor: bool) -> list[Stake]:
    """The categories nobody stands for; where no AI vendor serves the process none is asked for."""
    asked = [stake for stake in Stake if vendor or stake is not Stake.AI_VENDOR]
    return [stake for stake in asked if stake not in held]
