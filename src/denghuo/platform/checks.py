"""What must be true before anybody is served; run by every command and again by ``serve``."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from denghuo.platform.crypto import key_problems
from denghuo.platform.logic.forwarded import BadProxiesError, TrustedProxies
from denghuo.platform.models.mark import DeploymentMark
from denghuo.platform.sqlite_library import OLDEST_SAFE_SQLITE

SECRET_LENGTH_MIN = 50
MARKS_TABLE = "platform_deploymentmark"


@checks.register(checks.Tags.database)
def demo_only_on_demo_data(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[checks.CheckMessage]:
    """E001: demo mode lets anybody be anybody; never on a database of real people.

    Looked at only where the caller asks for the database (``serve``, ``migrate``), as every
    check of Django's that needs one. Before the tables exist there is nobody to protect.
    """
    if not settings.DEMO or not databases:
        return []
    for alias in databases:
        try:
            if MARKS_TABLE not in connections[alias].introspection.table_names():
                continue
            marks = DeploymentMark.objects.using(alias).filter(name=DeploymentMark.DEMO)
            marked = marks.exists()
        except DatabaseError:
            continue  # no database at all: said elsewhere, and nobody can be served
        if not marked:
            return [
                checks.Error(
                    "DENGHUO_DEMO is set, but this database was not made as a demo.",
                    hint="Unset DENGHUO_DEMO, or point DENGHUO_DATA_DIR at a demo's folder.",
                    id="platform.E001",
                )
            ]
    return []


@checks.register(checks.Tags.compatibility)
def sqlite_is_safe(**_options: Any) -> list[checks.CheckMessage]:
    """E002: older SQLite can corrupt a WAL database (fixed in 3.51.3)."""
    embedded = settings.DATABASES["default"]["ENGINE"] == "denghuo.platform.sqlite"
    if not embedded or sqlite3.sqlite_version_info >= OLDEST_SAFE_SQLITE:
        return []
    wanted = ".".join(map(str, OLDEST_SAFE_SQLITE))
    return [
        checks.Error(
            f"SQLite {sqlite3.sqlite_version} can corrupt the database; {wanted} or newer is safe.",
            hint="Install the pysqlite3 wheel, which carries its own SQLite.",
            id="platform.E002",
        )
    ]


@checks.register(checks.Tags.security)
def secrets_are_set(**_options: Any) -> list[checks.CheckMessage]:
    """E003: sessions are signed and identity numbers sealed with keys from the environment."""
    problems = key_problems()
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:
        secret = ""
    if len(secret) < SECRET_LENGTH_MIN:
        problems.append(f"DENGHUO_SECRET_KEY: needs at least {SECRET_LENGTH_MIN} characters")
    return [
        checks.Error(
            problem,
            hint="denghuo keys first makes a set; docs/operations.md lists all variables.",
            id="platform.E003",
        )
        for problem in problems
    ]


@checks.register(checks.Tags.security)
def proxies_are_known(**_options: Any) -> list[checks.CheckMessage]:
    """E004: unreadable proxies. W001: behind HTTPS every visitor would count as the proxy."""
    hint = "DENGHUO_TRUSTED_PROXIES: their number, or their addresses (docs/operations.md)."
    try:
        trusted = TrustedProxies.read(settings.TRUSTED_PROXIES)
    except BadProxiesError as bad:
        return [
            checks.Error(f"DENGHUO_TRUSTED_PROXIES: {bad}", hint=hint, id="platform.E004"),
        ]
    if settings.SECURE_PROXY_SSL_HEADER and trusted == TrustedProxies():
        return [
            checks.Warning(
                "DENGHUO_HTTPS is set, and no proxy is named: limits count all visitors as one.",
                hint=hint,
                id="platform.W001",
            )
        ]
    return []


def refuse_to_serve_if_unsafe() -> None:
    """Stop this process when a check finds an error. For the WSGI entry.

    ``denghuo serve`` runs the checks too; here they also guard a server that somebody starts
    by hand. Raises ``ImproperlyConfigured``.
    """
    found = checks.run_checks(databases=["default"])
    errors = [message for message in found if message.is_serious() and not message.is_silenced()]
    if errors:
        raise ImproperlyConfigured("; ".join(f"{error.id} {error.msg}" for error in errors))
