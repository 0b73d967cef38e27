"""Asking an engine of automatic QA: where it has no answer, that itself is what was found. Writes nothing."""

import logging

from audit.errors import Invalid
from reviews.domain import autoqa
from reviews.domain.autoqa import Engine, Result, Subject, Terms

logger = logging.getLogger(__name__)


def answer(engine: Engine, subject: Subject, terms: Terms | Invalid) -> Result:
    """What the engine makes of an interaction. Never raises: what cannot be scored is flagged, so that a person looks."""
    if isinstance(terms, Invalid):
        return autoqa.failed(f"What the process expects cannot be read: {terms.sentence} ({terms.field})")
    try:
        return autoqa.accepted(engine.score(subject, terms))
    except Exception as error:
        logger.exception("The engine %s could not score an interaction", engine.name)
        return autoqa.failed(f"The engine could not score it ({type(error).__name__})")
