"""Version 1 of the API: each room brings a router, mounted here by name.

A room's ``api.py`` is named by string, as its ``urls.py`` is in the project's routes: the
router is a leaf that nobody calls into.
"""

from __future__ import annotations

from importlib.util import find_spec

from ninja import NinjaAPI

from denghuo.api.errors import give_words_to_errors

_ROUTERS = (
    ("/policies", "policy", "policies"),
    ("/explain", "policy", "explain"),
    ("/sweeps", "policy", "sweeps"),
    ("/places", "places", "router"),
)

api = NinjaAPI(
    title="Denghuo 灯火",
    version="1",
    description=(
        "Policies explained for one subject or swept over many; divisions and facilities. "
        "Money is integer fen, days are ISO dates, unknown is null. Every error has the form "
        '{"error": {"code", "message", "field", "request_id"}}.'
    ),
    urls_namespace="api-1",
    docs_url=None,  # the bundled viewer needs inline scripts; /api/ is our own page
    openapi_url="/openapi.json",
)
give_words_to_errors(api)
for prefix, room, router in _ROUTERS:
    if find_spec(f"denghuo.{room}.api"):
        api.add_router(prefix, f"denghuo.{room}.api.{router}", tags=[room])
