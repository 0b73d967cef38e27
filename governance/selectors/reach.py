"""Which logs somebody may follow: those of the clients whose stories he reads, and with any of them the platform's.

The platform's log takes each checkpoint of the others as an entry, so whoever has that one witnessed has all of them
witnessed. Its hashes are open to every reader of a log; its bodies are other people's, but for the checkpoints of the
logs he reads himself.
"""

from audit.services.logs import PLATFORM
from contracts import access
from contracts.models import User


def logs(user: User) -> frozenset[str]:
    """The keys of the logs whose hashes, checkpoints and proofs the user may read."""
    own = access.log_keys(user)
    return own | {PLATFORM} if own else own
