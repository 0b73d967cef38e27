from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"

    def ready(self) -> None:
        from audit.services import projecting
        from governance.services import board_rollups, trail_marks

        projecting.register(board_rollups.PROJECTION)
        projecting.register(trail_marks.PROJECTION)
