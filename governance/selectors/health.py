"""Whether what the portal stands on answers: the database and the broker."""

from django.conf import settings
from django.db import DatabaseError, connection
from kombu import Connection
from kombu.exceptions import OperationalError

from audit.models import Cursor

# Seconds a broker may take; a caller that polls must not pile up behind a dead one.
_PATIENCE = 1.0


def database() -> bool:
    """Whether the database answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return False


def broker() -> bool:
    """Whether the broker takes a connection. Work goes on without it: messages are only nudges."""
    options = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as caller:
        try:
            caller.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        except (OperationalError, OSError):
            return False
    return True


def projections() -> str:
    """Whether what is made of the trail goes on: `up`, or `stopped` where somebody must look (`rebuild_projection`)."""
    try:
        return "stopped" if Cursor.objects.exclude(stopped="").exists() else "up"
    except DatabaseError:
        return "unknown"
