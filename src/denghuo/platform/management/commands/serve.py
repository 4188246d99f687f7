"""Serve the site: one web process and one worker process."""

from __future__ import annotations

import signal
import sys
from http.client import HTTPConnection, HTTPException
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from denghuo.platform.supervisor import Child, ProcessFailingError, Supervisor, is_port_free

WEB_THREADS = 32
_IDLE_THREAD_SECONDS = 600  # a thread that ends takes its database connection with it


class Command(BaseCommand):
    help = "Serve the site with one web process and one worker; prints the address when ready."
    requires_system_checks: list[str] = []  # run in handle, with the database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=WEB_THREADS)
        parser.add_argument("--no-worker", action="store_true", help="run it elsewhere")

    def handle(self, *_args: Any, host: str, port: int, **options: Any) -> None:
        self.check(databases=["default"])
        _demand_migrations()
        if not is_port_free(host, port):
            raise CommandError(f"port {port} is taken; choose another: --port {port + 1}")
        # Each release brings its own; pages of one without them answer nothing but an error.
        call_command("collectstatic", verbosity=0, interactive=False)
        connections.close_all()
        supervisor = Supervisor(
            _children(host, port, threads=options["threads"], worker=not options["no_worker"]),
            say=self._say,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.stop())
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        try:
            supervisor.run(
                ready=lambda: _answers(host, port),
                when_ready=lambda: self._say(f"ready: {address}   (Ctrl-C stops)"),
            )
        except ProcessFailingError as failing:
            raise CommandError(f"{failing}; the reason stands above") from failing
        self._say("stopped")

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"» {sentence}")
        self.stdout.flush()


def _demand_migrations() -> None:
    executor = MigrationExecutor(connections["default"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise CommandError(f"{len(waiting)} migrations are not applied; run: denghuo migrate")


def _children(host: str, port: int, *, threads: int, worker: bool) -> list[Child]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "1"]
    web += ["--blocking-threads", str(threads), "--respawn-failed-workers"]
    web += ["--blocking-threads-idle-timeout", str(_IDLE_THREAD_SECONDS)]
    web += ["--host", host, "--port", str(port), "--log-level", "error"]
    web += ["denghuo.project.wsgi:application"]
    children = [Child("web", web)]
    if worker:
        children.append(Child("worker", [sys.executable, "-m", "denghuo", "worker"]))
    return children


def _answers(host: str, port: int) -> bool:
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  looked up, not bound
    connection = HTTPConnection(reach, port, timeout=2)
    try:
        # The host header must be one the site allows; the loopback names always are.
        connection.request("GET", "/health/live", headers={"Host": "127.0.0.1"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
