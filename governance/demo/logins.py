"""The logins of the demo world, written once into a file that only its owner reads."""

import secrets
from pathlib import Path

from governance.demo.people import AGENTS, PEOPLE
from governance.demo.world import World

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def password() -> str:
    """A password of 20 letters and digits in four groups (98 bits): one for all demo logins."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def write(path: Path, world: World, chosen: str) -> str:
    """Write what is known only now, the password and the keys, beside each login; returns the text."""
    lines = [f"Demo logins, all with the password {chosen}", ""]
    lines += [f"  {person.login:<15} {person.hint}" for person in PEOPLE]
    lines += ["", "AI agents, with their API keys (Authorization: Bearer …), valid for 90 days", ""]
    lines += [f"  {agent.login:<15} {agent.process:<9} {world.secrets[agent.login]}" for agent in AGENTS]
    text = "\n".join(lines) + "\n"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return text
