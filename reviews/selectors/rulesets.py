"""Rule sets as routing understands them."""

from collections.abc import Mapping

from contracts.models import Process
from reviews.domain import schemas
from reviews.domain.fields import Field
from reviews.domain.routing import Effect, Rule, RuleSetTerms
from reviews.models import RuleSet


def schema(process: Process) -> dict[str, Field]:
    """The fields the rules of a process may speak of."""
    return schemas.of_process(process.fields, process.currency)


def terms(ruleset: RuleSet, fields: Mapping[str, Field]) -> RuleSetTerms:
    """A stored rule set, compiled over the process's fields."""
    rules = sorted(ruleset.rules.all(), key=lambda rule: rule.position)
    return RuleSetTerms(
        version=ruleset.version,
        rules=tuple(
            Rule(
                code=rule.code,
                name=rule.name,
                condition=rule.condition,
                effect=Effect(rule.effect),
                severity=rule.severity,
                trigger_class=rule.trigger_class,
                legal_lock=rule.legal_lock,
                rationale=rule.rationale,
            )
            for rule in rules
        ),
        schema=fields,
    )
