"""Seeds that nobody chooses: the hash of a checkpoint that was signed after the frame was fixed (design §5).

With a witness's cosignature in it not even the operator, who decides when and what he signs, knows the seed before the
witness has answered; without one anybody can make it again, and the operator could have known it.
"""

import hashlib


def of_checkpoint(text: str) -> bytes:
    """SHA-256 of the text that was signed: the origin, the size and the root, each ended by a newline."""
    return hashlib.sha256(text.encode()).digest()


def of_witnessed(text: str, line: str) -> bytes:
    """SHA-256 of the note that bears this cosignature and no other: the text, an empty line, the line and a newline."""
    return hashlib.sha256(f"{text}\n{line}\n".encode()).digest()
