"""Words somebody searches a list for, kept out of addresses.

A name in an address stands in every proxy's log, in the browser's history and in whatever is
copied from its address bar. So a list that can be searched by name takes the words in the body
(POST), keeps them with the session for a quarter of an hour and sends the reader on to an address
that says only which words: ``?sought=<token>``. Back, the next page and the export work as they
do with any address. Two windows keep their words apart, each under its own token.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

FIELD = "sought"
KEPT_FOR = timedelta(minutes=15)
_SESSION_KEY = "sought"
_KEPT_AT_ONCE = 8
_WORDS_MAX = 60
_NEVER_IN_ADDRESS = frozenset({"csrfmiddlewaretoken", "q", FIELD, "after", "page"})


def keep_sought(request: HttpRequest, *, now: datetime) -> HttpResponseBase:
    """Keep the words of the search just sent (``q``); on to the list that shows what was found.

    The other fields of the form, its filters, stand in the address.
    """
    words = request.POST.get("q", "").strip()[:_WORDS_MAX]
    address = {k: v for k, v in request.POST.items() if v and k not in _NEVER_IN_ADDRESS}
    if words:
        kept = _kept(request, now)
        token = secrets.token_hex(4)
        kept[token] = [words, int(now.timestamp())]
        request.session[_SESSION_KEY] = dict(list(kept.items())[-_KEPT_AT_ONCE:])
        address[FIELD] = token
    return redirect(f"{request.path}?{urlencode(address)}" if address else request.path)


def words_sought(request: HttpRequest, *, now: datetime) -> str:
    """The words this address stands for; empty where it stands for none, or they are gone."""
    found = _kept(request, now).get(request.GET.get(FIELD, ""))
    return str(found[0]) if found else ""


def sought_is_gone(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the address stands for words that are not kept any more."""
    return bool(request.GET.get(FIELD)) and not words_sought(request, now=now)


def _kept(request: HttpRequest, now: datetime) -> dict[str, Any]:
    oldest = int((now - KEPT_FOR).timestamp())
    kept: dict[str, Any] = request.session.get(_SESSION_KEY, {})
    return {token: one for token, one in kept.items() if one[1] >= oldest}
