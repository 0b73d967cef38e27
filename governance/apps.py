from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"

    def ready(self) -> None:
        from audit.domain import catalogue
        from audit.services import projecting
        from contracts.domain.roles import FILE_CHANGES, VIEW_BOARD, VIEW_CONTRACTS
        from contracts.presenters import agreement_tabs
        from contracts.presenters.agreement_tabs import Page
        from governance.domain.events import EVENTS
        from governance.presenters.evidence import draw_link
        from governance.services import (
            board_rollups,
            clock_rollups,
            endpoints,
            incidents,
            late_events,
            record_reads,
            rule_rollups,
            trail_marks,
        )
        from reviews.presenters import onward

        catalogue.register(EVENTS)
        agreement_tabs.register(Page("governance:sheet", "Accountability sheet", VIEW_CONTRACTS))
        agreement_tabs.register(Page("governance:sovereignty", "Where processed", VIEW_CONTRACTS))
        agreement_tabs.register(Page("governance:model_figures", "Model figures", VIEW_BOARD))
        agreement_tabs.register(Page("governance:model_figures", "Model figures", FILE_CHANGES))
        agreement_tabs.register(Page("governance:function_map", "Function map", VIEW_CONTRACTS))
        agreement_tabs.register(Page("governance:layers", "Coverage", VIEW_CONTRACTS))
        agreement_tabs.register(Page("governance:attainment", "Service levels", VIEW_CONTRACTS))
        endpoints.allowed()  # a setting that cannot be read stops the start, not the first message
        projecting.register(board_rollups.PROJECTION)
        projecting.register(clock_rollups.PROJECTION)
        projecting.register(incidents.PROJECTION)
        projecting.register(late_events.PROJECTION)
        projecting.register(record_reads.PROJECTION)
        projecting.register(rule_rollups.PROJECTION)
        projecting.register(trail_marks.PROJECTION)
        onward.register("sample", draw_link)
