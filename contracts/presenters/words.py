"""People, roles and codes in words."""

from contracts.enums import Role
from contracts.models import User


def name(person: User | None) -> str:
    return person.name if person else ""


def role(code: str) -> str:
    return Role(code).label if code in set(Role) else plain(code)


def plain(code: str) -> str:
    return code.replace("_", " ")
