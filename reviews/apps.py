from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from audit.domain import catalogue
        from contracts import access
        from reviews.domain import clock_events, control_events, roles, sovereignty_events
        from reviews.domain.events import EVENTS
        from reviews.enums import QueueKind
        from reviews.models import Queue, QueueGroupGrant
        from reviews.presenters import trail

        catalogue.register(EVENTS)
        catalogue.register(clock_events.EVENTS)
        catalogue.register(control_events.EVENTS)
        catalogue.register(sovereignty_events.EVENTS)
        trail.register()
        access.protect(
            access.Protection(
                model=Queue,
                grants=QueueGroupGrant,
                see=roles.VIEW_QUEUE,
                codenames_of=lambda queue: roles.QUEUE_ROLES[QueueKind(queue.kind)],
                process_of=lambda queue: queue.process,
                of_process=lambda process: Queue.objects.filter(process=process).select_related("process"),
            )
        )
