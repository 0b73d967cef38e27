"""Load from real connections: threads that keep a connection each and note how long every reply took."""

import http.client
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass
class Timings:
    """What was measured: seconds per step, how much was done, how long it took in all."""

    steps: dict[str, list[float]] = field(default_factory=dict)
    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, step: str, seconds: float) -> None:
        with self.lock:
            self.steps.setdefault(step, []).append(seconds)

    def percentile(self, step: str, share: float) -> float:
        values = sorted(self.steps.get(step, [0.0]))
        return values[min(len(values) - 1, int(share * len(values)))]


def parallel(
    threads: int, seconds: float, work: Callable[[int, Timings, Callable[[], bool]], None]
) -> Timings:
    """Run `work(number, timings, time_left)` in threads until the time is over."""
    timings = Timings()
    started = time.perf_counter()

    def left() -> bool:
        return time.perf_counter() - started < seconds

    workers = [threading.Thread(target=work, args=(number, timings, left)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    timings.seconds = time.perf_counter() - started
    return timings


class Agent:
    """An API client on one connection."""

    def __init__(self, port: int, secret: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        self.connection.request("POST", path, body, self.headers)
        reply = self.connection.getresponse()
        return reply.status, reply.read()

    def get(self, path: str) -> tuple[int, float]:
        """The status, and the seconds after which the server asks the agent to come again (0 where it does not)."""
        try:
            self.connection.request("GET", path, headers=self.headers)
            reply = self.connection.getresponse()
        except (ConnectionError, http.client.HTTPException):
            # The server closed an idle connection at the very moment it was used again.
            self.connection.close()
            self.connection.request("GET", path, headers=self.headers)
            reply = self.connection.getresponse()
        reply.read()
        return reply.status, float(reply.getheader("Retry-After") or 0)


class Person:
    """A browser without a screen: cookies, CSRF, forms."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        _, page, _ = self.request("GET", "/login/")
        status, _, _ = self.request("POST", "/login/", {"username": username, "password": password})
        if status != 302:
            raise SystemExit(f"{username} could not log in: {status}")
        del page

    def request(
        self, method: str, path: str, form: dict | None = None, accept: str = "text/html"
    ) -> tuple[int, str, str]:
        """Status, text, and where a redirect leads."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept": accept,
        }
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
            body = urlencode(form or {}, doseq=True)
        self.connection.request(method, path, body, headers)
        reply = self.connection.getresponse()
        text = reply.read().decode()
        for name, value in reply.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return reply.status, text, reply.getheader("Location") or ""


def case_id(location: str) -> str:
    found = re.search(r"/cases/([0-9a-f-]{36})/", location)
    return found.group(1) if found else ""


def dump(payload: object) -> bytes:
    return json.dumps(payload).encode()
