"""A database of its own, a world in it, and the web server in front of it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import psycopg

NAME = "countersign_bench"


def fresh_database(url: str) -> str:
    """Drop and create the benchmark's database on the server of `url`; returns its own address."""
    parts = urlsplit(url)
    server = parts._replace(path="/postgres", query="").geturl().replace("postgres://", "postgresql://")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
    return parts._replace(path=f"/{NAME}").geturl()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def web(workers: int, threads: int) -> Iterator[int]:
    """The site under gunicorn, ready to answer; yields its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "governance.wsgi", "-k", "gthread", "-w", str(workers)]
    command += [
        "--threads",
        str(threads),
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
        "--keep-alive",
        "75",
    ]
    environment = {**os.environ, "SERVER_THREADS": str(workers * threads), "BROKER_URL": "memory://"}
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status < 500:
                return
        time.sleep(0.2)
    raise SystemExit("The web server did not start.")
