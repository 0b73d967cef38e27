"""One thing beside another, each on a database connection of its own, and waiting until somebody waits for a lock."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

PATIENCE = 20  # seconds


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], object]], Callable[[], object]]]:
    """Run something on a connection of its own; what it raised is raised when it is joined."""
    running: list[threading.Thread] = []

    def start(work: Callable[[], object]) -> Callable[[], object]:
        outcome: dict[str, object] = {}

        def run() -> None:
            try:
                outcome["result"] = work()
            except Exception as error:
                outcome["error"] = error
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        running.append(thread)

        def join() -> object:
            thread.join(PATIENCE)
            assert not thread.is_alive()
            if "error" in outcome:
                raise outcome["error"]  # type: ignore[misc]
            return outcome["result"]

        return join

    yield start
    for thread in running:
        thread.join(PATIENCE)


def waiting() -> int:
    """How many sessions of this database wait for a lock: an advisory one, or a row that another transaction holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT waiter.pid) FROM pg_locks waiter WHERE NOT waiter.granted AND EXISTS ("
            "SELECT FROM pg_locks own JOIN pg_database ON pg_database.oid = own.database "
            "WHERE own.pid = waiter.pid AND datname = current_database())"
        )
        return cursor.fetchone()[0]


def until(count: int) -> None:
    done = threading.Event()
    for _ in range(PATIENCE * 50):
        if waiting() == count:
            return
        done.wait(0.02)
    pytest.fail(f"{waiting()} sessions wait, not {count}")
