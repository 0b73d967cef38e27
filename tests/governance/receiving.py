"""A receiver of webhooks as others run one: a socket server of its own on the loopback, with its own idea of a reply."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook

ALLOWED = ["127.0.0.0/8"]
_PATIENCE = 10  # seconds

# Writes a reply to the connection, given how many requests came before this one.
Answer = Callable[[socket.socket, int], None]


@dataclass
class Request:
    """One request as it came in."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict[str, Any]:
        """What it says, its signature checked by the library that receivers use."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    port: int
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    scheme: str = "http"
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/hooks?client=1"

    @property
    def messages(self) -> list[str]:
        return [request.message for request in self.requests]


def status(code: int, *, headers: str = "", body: bytes = b"") -> Answer:
    """Every request is answered alike."""
    return statuses(code, headers=headers, body=body)


def statuses(*codes: int, headers: str = "", body: bytes = b"") -> Answer:
    """One code for each request in turn, the last one for all that follow."""

    def answer(connection: socket.socket, before: int) -> None:
        code = codes[min(before, len(codes) - 1)]
        head = f"HTTP/1.1 {code} Said\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        connection.sendall(head.encode() + body)

    return answer


def dripping(connection: socket.socket, _before: int) -> None:
    """A byte now and then: each one soon enough, the whole never."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 2_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


def raw(data: bytes) -> Answer:
    def answer(connection: socket.socket, _before: int) -> None:
        connection.sendall(data)

    return answer


@contextmanager
def receiver(answer: Answer | None = None, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that keeps every request and answers as it is told, 204 unless told otherwise."""
    server = socket.create_server(("127.0.0.1", 0))
    kept = Receiver(server.getsockname()[1], scheme="https" if tls else "http")
    threads: list[threading.Thread] = []

    def serve(plain: socket.socket) -> None:
        plain.settimeout(_PATIENCE)
        try:
            with tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
                request = _read(connection)
                before = len(kept.requests)
                kept.requests.append(request)
                (answer or status(204))(connection, before)
        except (OSError, ValueError):
            # Whoever called has gone, or spoke something else: that is what some tests are about.
            plain.close()

    def listen() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            kept.connections += 1
            thread = threading.Thread(target=serve, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    try:
        yield kept
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for thread in [listening, *threads]:
            thread.join(_PATIENCE)


def _read(connection: socket.socket) -> Request:
    stream = connection.makefile("rb")
    line = stream.readline().decode().strip()
    headers = {}
    while text := stream.readline().decode().strip():
        name, _, value = text.partition(": ")
        headers[name.lower()] = value
    return Request(line, headers, stream.read(int(headers.get("content-length", "0"))))
