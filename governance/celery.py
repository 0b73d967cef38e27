"""The Celery application: one task base class, the queues, and the beat schedule, which is code.

A message is only a nudge: every task is a sweep that can run twice, so a lost message costs time and nothing else.
"""

import os

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")


class Sweep(Task):
    """What every task is: acknowledged late, given back when its worker dies."""

    acks_late = True
    reject_on_worker_lost = True
    ignore_result = True


app = Celery("countersign", task_cls=Sweep)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
