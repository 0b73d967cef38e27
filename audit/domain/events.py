"""The events that the ledger records about itself."""

from audit.domain.catalogue import EventSpec

LOG_OPENED = EventSpec(
    action="log.opened",
    version=1,
    facts=frozenset({"key"}),
    sentence="Log {key} was opened",
)
PII_ERASED = EventSpec(
    action="pii.erased",
    version=1,
    facts=frozenset({"subject_ref", "count", "legal_basis"}),
    optional=frozenset({"ticket"}),
    sentence="{count} personal values of {subject_ref} were erased ({legal_basis})",
)

EVENTS = (LOG_OPENED, PII_ERASED)
