"""The facts routing looks at, gathered from a prepared submission; nothing here reads or writes the database."""

from collections.abc import Collection
from typing import Any

from contracts.domain import money
from reviews.domain import submission
from reviews.domain.cumulative import Running, Window
from reviews.domain.facts import Facts
from reviews.selectors.snapshots import Snapshot
from reviews.services.preparing import Prepared


def facts(
    snapshot: Snapshot, item: Prepared, running: Running, *, beside: Collection[Window] | None = None
) -> Facts:
    """The facts routing looks at; whatever fails on the way is a problem, and a problem goes to a person.

    The interaction is counted with its subject, once: for other rules it is looked at again `beside`, in their windows.
    """
    posted = item.submission
    problems = list(item.problems)
    values: dict[str, Any] = {
        "confidence": posted.confidence,
        "language": posted.language or None,
        "source": item.source or None,
        "data_classes": item.classes,
        "citations": len(item.citations),
        "adverse": item.adverse,
    }
    try:
        if posted.amount is not None:
            values["amount"] = money.convert(
                posted.amount,
                posted.currency,
                snapshot.currency,
                running.rates,
                item.at.date(),
                max_age_days=running.max_age_days,
            )
    except money.StaleRate:
        problems.append("FX_STALE")
    except (ValueError, ArithmeticError):
        problems.append("FACTS_ERROR")
    try:
        # Also counted where the amount could not be converted: it adds up for whoever comes next.
        if item.subject:
            values.update(
                running.facts(item.subject, posted.amount, posted.currency, item.at)
                if beside is None
                else running.totals(item.subject, item.at, beside)
            )
    except money.StaleRate:
        problems.append("FX_STALE")
    except (ValueError, ArithmeticError):
        problems.append("FACTS_ERROR")
    for name, field_ in snapshot.schema.items():
        if name not in values and not field_.cumulative and name != "amount":
            fact = item.attributes.get(name, item.output.get(name))
            if fact is not None:
                values[name] = submission.fact(fact, field_.type)
    return Facts(values, tuple(problems))
