"""The address a request is counted by; the one place that reads forwarded addresses."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from denghuo.platform.logic.forwarded import TrustedProxies, client_of


def client_address(request: HttpRequest) -> str:
    """Who asks, for limits: never shown, never logged, never kept beyond the limit's window.

    Behind proxies the site must be told which to believe (``DENGHUO_TRUSTED_PROXIES``), or
    every visitor is the proxy and one wrong password counts for the whole region.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    trusted = _trusted(settings.TRUSTED_PROXIES)
    if not trusted.count and not trusted.networks:
        return client_of(peer, (), trusted)
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    # Only the right end is ever read; a client may send as much as it likes on the left.
    return client_of(peer, forwarded.rsplit(",", maxsplit=9)[-9:] if forwarded else (), trusted)


@lru_cache(maxsize=4)
def _trusted(text: str) -> TrustedProxies:
    return TrustedProxies.read(text)
