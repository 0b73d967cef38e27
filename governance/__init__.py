"""Oversight, and the wiring of the site. The Celery application is loaded with it, so that every process can nudge."""

from governance.celery import app as celery_app

__all__ = ["celery_app"]
