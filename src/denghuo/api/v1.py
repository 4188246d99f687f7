"""Version 1 of the API: each room brings a router, mounted here by name.

A room's ``api`` is named by string, as its ``urls`` are in the project's routes: the router is
a leaf that nobody calls into.
"""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from denghuo.api.description import TAGS, complete
from denghuo.api.errors import give_words_to_errors
from denghuo.api.explain import explain
from denghuo.api.parsing import StrictParser

PREFIX = "/api/v1/"
_ROUTERS = (
    ("/policies", "policy", "policies", "policies"),
    ("/sweeps", "policy", "sweeps", "sweeps"),
    ("/places", "places", "router", "places"),
    ("/services", "cases", "services", "services"),
    ("/drafts", "cases", "drafts", "drafts"),
    ("/cases", "cases", "cases", "cases"),
    ("/notices", "cases", "notices", "notices"),
    ("/facts", "benefits", "facts", "facts"),
    ("/bank", "ledger", "bank", "bank"),
    ("/ledger", "ledger", "ledger", "ledger"),
    ("/measures", "measures", "measures", "measures"),
    ("/posts", "employment", "posts", "posts"),
    ("/post-sources", "employment", "feeding", "posts"),
)


class DescribedApi(NinjaAPI):
    """The API with what the framework leaves out of its description: refusals, keys, facts."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name: our modules may move, a program's calls may not."""
        return operation.view_func.__name__

    @cached_property
    def described(self) -> OpenAPISchema:
        """The whole OpenAPI 3.1 description, written once: anyone may ask for it."""
        schema = super().get_openapi_schema(path_prefix=PREFIX)
        complete(schema, self)
        return schema

    def get_openapi_schema(
        self,
        *,
        path_prefix: str | None = None,  # noqa: ARG002  the framework's signature
        path_params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> OpenAPISchema:
        """The description; there is one address, so the prefix is known."""
        return self.described


api = DescribedApi(
    title="灯火 Denghuo",
    version="1",
    description=_(
        "政策能不能享受、为什么；一次筛查一批单位；区划和服务点；"
        "填表、提交、查进度、补正、复查；各部门的数据文件；付款文件和回盘；账簿；指标；岗位。"
        "金额按分写整数，日期写 2026-11-23 这样，小数写成文字，不知道的写 null。"
        "出错时都是同一种格式：error 里有 code、message、field、request_id。"
    ),
    urls_namespace="api-1",
    docs_url=None,  # the bundled viewer needs inline scripts; /api/ is our own page
    openapi_url="/openapi.json",
    parser=StrictParser(),
    openapi_extra={"tags": [{"name": name, "description": words} for name, words in TAGS.items()]},
)
give_words_to_errors(api)
api.add_router("/explain", explain, tags=["explain"])
for prefix, room, router, tag in _ROUTERS:
    if find_spec(f"denghuo.{room}.api"):
        api.add_router(prefix, f"denghuo.{room}.api.{router}", tags=[tag])
