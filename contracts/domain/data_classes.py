"""The classes of data that agreements speak of; the first are also found in what comes in."""

from contracts.enums import Labelled


class DataClass(Labelled):
    PERSONAL = "personal"
    HEALTH = "health"
    MINOR = "minor"
    FINANCIAL = "financial"
    CREDENTIALS = "credentials"
    REDACTED = "redacted"
    BUSINESS = "business"
    LOGS = "logs"

    @property
    def label(self) -> str:
        return {
            "personal": "Personal data",
            "health": "Health data",
            "minor": "Data of minors",
            "financial": "Financial data",
            "credentials": "Passwords and keys",
            "redacted": "Redacted text",
            "business": "Business data",
            "logs": "Logs",
        }[self.value]


# What names or concerns a person.
OF_PERSONS = frozenset({DataClass.PERSONAL, DataClass.HEALTH, DataClass.MINOR})
