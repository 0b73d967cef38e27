from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        from audit.domain import catalogue
        from contracts import access
        from contracts.domain.events import EVENTS

        catalogue.register(EVENTS)
        access.protect_process()
