"""Sending bytes to an address that somebody else chose: once, within a few seconds, and nowhere inside.

The name is looked up once, every address it leads to is judged, and the connection goes to one of exactly these; a
second lookup could answer differently. No redirect is followed and no proxy of the environment is used.
"""

import io
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from time import monotonic
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings

from governance.domain import webhook_addresses
from governance.domain.webhook_addresses import Address, Allowed

SECONDS = 5.0
# A reply says whether it was taken: nobody reads more of it than this.
LONGEST_REPLY = 4096  # bytes
_LONGEST_HEAD = 16_384
_PORTS = {"https": 443, "http": 80}

Resolve = Callable[[str, int], list[Address]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status, or a sentence that says why there is none. `retry_after` is in seconds."""

    status: int | None = None
    error: str = ""
    retry_after: int = 0

    @property
    def taken(self) -> bool:
        """Whether the receiver has the message now."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the receiver says that nothing shall be sent here any more."""
        return self.status == 410


class _Unsent(Exception):
    """It could not be sent, or not answered; the text is a sentence for people."""


def allowed() -> Allowed:
    """What the operator allows beside the public internet; ValueError where it cannot be read."""
    return Allowed.parse(settings.WEBHOOK_ALLOW_PRIVATE)


def lookup(host: str, port: int) -> list[Address]:
    """Every address the name leads to, by the resolver of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


def post(
    *,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    seconds: float = SECONDS,
    resolve: Resolve = lookup,
) -> Reply:
    """Send it once. All of it, from the lookup to the end of the reply, takes at most `seconds`. Never raises for what
    the other side does."""
    permitted, deadline = allowed(), _Deadline(seconds)
    try:
        return _exchange(url, body, headers, deadline, permitted, resolve)
    except _Unsent as problem:
        return Reply(error=str(problem))
    except ssl.SSLError as problem:
        reason = getattr(problem, "verify_message", "") or (problem.reason or "").replace("_", " ").lower()
        return Reply(error=f"No encrypted connection could be made: {reason or 'no reason given'}."[:200])
    except TimeoutError:
        return Reply(error=f"There was no whole reply within {seconds:g} seconds.")
    except (HTTPException, ValueError):
        return Reply(error="What came back is not HTTP.")
    except OSError as problem:
        return Reply(error=f"The connection failed: {problem.strerror or 'it was cut off'}."[:200])


def _exchange(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    deadline: "_Deadline",
    permitted: Allowed,
    resolve: Resolve,
) -> Reply:
    if wrong := webhook_addresses.wrong_url(url, permitted):
        raise _Unsent(wrong)
    parts = urlsplit(url)
    host, port = cast(str, parts.hostname), parts.port or _PORTS[parts.scheme]
    literal = webhook_addresses.literal(host)
    addresses = [literal] if literal else _looked_up(resolve, host, port, deadline)
    if refused := webhook_addresses.refused(host, addresses, permitted):
        raise _Unsent(refused)
    connected = _connect(addresses, port, deadline)
    try:
        if parts.scheme == "https":
            connected.settimeout(deadline.left())
            connected = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
        connection = HTTPConnection(host, port)
        connection.default_port = _PORTS[parts.scheme]  # which the header Host leaves out
        connection.sock = cast(Any, _Timed(connected, deadline))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {**headers, "Connection": "close"})
        return _read(connection.getresponse())
    finally:
        connected.close()


def _read(response: HTTPResponse) -> Reply:
    """The status; the body is read as far as anybody may want to send one, so that the other side can finish."""
    left = LONGEST_REPLY
    while left > 0 and (part := response.read1(left)):
        left -= len(part)
    if 300 <= response.status < 400:
        return Reply(response.status, "It answered with another address: redirects are not followed.")
    wait = response.headers.get("Retry-After", "")
    return Reply(
        response.status, retry_after=int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else 0
    )


def _looked_up(resolve: Resolve, host: str, port: int, deadline: "_Deadline") -> list[Address]:
    """The addresses of a name. The resolver of the system cannot be told when to stop, so a thread waits for it."""
    answers: queue.Queue[list[Address] | Exception] = queue.Queue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, UnicodeError) as problem:
            answers.put(problem)

    threading.Thread(target=ask, name="webhook-lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise _Unsent("Its name leads to no address.")
    return answer


def _connect(addresses: list[Address], port: int, deadline: "_Deadline") -> socket.socket:
    """A connection to the first of these addresses that takes one; each was judged, and none is looked up again."""
    problem: OSError = OSError("no address")
    for address in addresses:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        connected = socket.socket(family, socket.SOCK_STREAM)
        try:
            connected.settimeout(deadline.left())
            connected.connect((str(address), port))
        except OSError as refusal:
            connected.close()
            problem = refusal
        except BaseException:
            connected.close()
            raise
        else:
            return connected
    raise problem


class _Deadline:
    """The moment by which everything must be over."""

    def __init__(self, seconds: float) -> None:
        self._ends = monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; TimeoutError where none are."""
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Timed:
    """A connected socket whose every wait ends with the deadline, so that a byte now and then keeps nobody here."""

    def __init__(self, connected: socket.socket, deadline: _Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(data)

    def makefile(self, *_args: object, **_options: object) -> io.BufferedReader:
        return io.BufferedReader(_Heard(self._socket, self._deadline))

    def close(self) -> None:
        """The socket is closed by whoever opened it, once the reply is read."""


class _Heard(io.RawIOBase):
    """What comes back, byte by byte."""

    def __init__(self, connected: socket.socket, deadline: _Deadline) -> None:
        super().__init__()
        self._socket = connected
        self._deadline = deadline
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._bytes > _LONGEST_HEAD + LONGEST_REPLY:
            raise _Unsent("Its reply is too long.")
        self._socket.settimeout(self._deadline.left())
        heard = self._socket.recv_into(buffer)
        self._bytes += heard
        return heard
