"""Automatic QA: one pure look at what an AI agent was given and put out, by an engine that can be exchanged (F4)."""

from reviews.domain.autoqa.engine import Engine, Finding, Result, Subject, accepted, chosen, failed
from reviews.domain.autoqa.local import LocalEngine
from reviews.domain.autoqa.terms import Terms, read

__all__ = [
    "Engine",
    "Finding",
    "LocalEngine",
    "Result",
    "Subject",
    "Terms",
    "accepted",
    "chosen",
    "failed",
    "read",
]
