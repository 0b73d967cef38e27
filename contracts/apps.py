from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate  # noqa: TID251 -- roles are code, and follow a release when it migrates
from django.utils import timezone


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        from audit.domain import catalogue
        from contracts import access
        from contracts.domain import (
            change_events,
            contract_events,
            function_events,
            term_events,
            vendor_events,
        )
        from contracts.domain.events import EVENTS
        from contracts.domain.raci_events import EVENTS as RACI_EVENTS
        from contracts.domain.roles import VIEW_CONTRACTS
        from contracts.domain.sla_events import EVENTS as SLA_EVENTS
        from contracts.domain.stakeholder_events import EVENTS as STAKEHOLDER_EVENTS
        from contracts.presenters import agreement_tabs
        from contracts.presenters.agreement_tabs import Page
        from contracts.selectors import informal

        catalogue.register(EVENTS)
        catalogue.register(change_events.EVENTS)
        catalogue.register(contract_events.EVENTS)
        catalogue.register(function_events.EVENTS)
        catalogue.register(term_events.EVENTS)
        catalogue.register(vendor_events.EVENTS)
        catalogue.register(RACI_EVENTS)
        catalogue.register(STAKEHOLDER_EVENTS)
        catalogue.register(SLA_EVENTS)
        access.protect_process()
        informal.register_own()
        agreement_tabs.register(
            Page("contracts:process_contracts", "Contracts", VIEW_CONTRACTS),
            Page("contracts:calendars", "Calendars", VIEW_CONTRACTS),
            Page("contracts:answers", "Who pays, whose data", VIEW_CONTRACTS),
            Page("contracts:raci", "RACI"),
            Page("contracts:authority", "Authority", VIEW_CONTRACTS),
            Page("contracts:changes", "Model changes"),
            Page("contracts:notice_terms", "Notice terms"),
            Page("contracts:data_flow", "Data flow", VIEW_CONTRACTS),
            Page("contracts:ground", "Data places", VIEW_CONTRACTS),
            Page("contracts:findings", "Findings", VIEW_CONTRACTS),
        )
        post_migrate.connect(follow_roles, dispatch_uid="contracts.follow_roles")


def follow_roles(*, app_config: AppConfig, using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """Whoever holds a role holds what this release says, from the moment the database is as this release wants it."""
    # Models can be imported only once the apps are loaded.
    from contracts import access
    from contracts.services import bundles

    # An emptied database comes without a plan; one that was migrated half-way is not yet what the models say.
    if using != DEFAULT_DB_ALIAS or plan is None or not access.protected(app_config.label):
        return
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        bundles.follow(app_label=app_config.label, at=timezone.now())
