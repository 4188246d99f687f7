"""What the framework's OpenAPI description leaves out, added in one place for every room.

Refusals in the one error format, who may call, keys and sessions, and every registered fact
with its type, so that a program (and a tester) can tell a good body from a bad one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from denghuo.platform.public import Opened, anyone
from denghuo.policy.public import facts_schema, registry

Json = dict[str, Any]

TAGS = {
    "policies": _("政策库"),
    "explain": _("能不能享受，为什么"),
    "sweeps": _("筛查一批单位或个人"),
    "places": _("区划和服务点"),
    "services": _("能办的服务和它们的表"),
    "drafts": _("填表和提交"),
    "cases": _("自己的办件"),
    "notices": _("公示和异议"),
    "facts": _("各部门的数据文件"),
    "bank": _("付款文件和回盘"),
    "ledger": _("账簿"),
    "measures": _("指标和它后面的每一条"),
    "posts": _("岗位"),
}
# What a parameter or field means, once for every operation that has one of its name.
PARAMETERS = {
    "Idempotency-Key": _("同一个键重发多少次都是同一次；内容变了要换一个键"),
    "account": _("账户的编码"),
    "area": _("哪个地区的，写区划代码"),
    "as_of": _("按哪一天的规定，不写就是今天"),
    "audience": _("给个人的、给单位的，还是两者一起"),
    "code": _("区划代码"),
    "datum": _("坐标用的是哪种基准"),
    "document_id": _("材料的编号"),
    "draft_id": _("草稿的编号"),
    "entity": _("文件里写的是谁"),
    "entry_id": _("分录号"),
    "facility_id": _("服务点的编号"),
    "facts": _("事实，名字和写法见每项政策的 schema"),
    "field": _("表里那一题的名字"),
    "file_id": _("文件的编号"),
    "form_version": _("填的是表的第几版"),
    "item": _("服务的代码"),
    "kind": _("哪一种服务点"),
    "known_on": _("按那一天已经公布的规定、已经知道的事实"),
    "language": _("用哪种语言回答"),
    "lat": _("纬度"),
    "legal_basis": _("凭哪条法律、哪份文件可以用这些数据"),
    "level": _("自治区、盟市、旗县，还是苏木乡镇"),
    "limit": _("最多要几个"),
    "lon": _("经度"),
    "measure_id": _("指标的编号"),
    "near": _("只看差一条就符合的"),
    "new": _("新的一版"),
    "notice_id": _("公示的编号"),
    "number": _("办件编号"),
    "observed_on": _("数据是哪一天的；有一列写着日期就不写"),
    "office": _("哪个部门给的"),
    "old": _("旧的一版"),
    "on": _("哪一天的"),
    "open_now": _("只要现在开门的"),
    "page": _("第几页"),
    "parent": _("上级区划的代码"),
    "policies": _("政策的编号，不写就是全部"),
    "policy": _("政策的编号"),
    "policy_id": _("政策的编号"),
    "q": _("找什么字"),
    "return_id": _("回盘文件的编号"),
    "rows": _("每行一个 entity 和它的 facts"),
    "run_id": _("这次筛查的编号"),
    "skipped": _("问过、本人说不清的事实"),
    "source": _("已经放好的文件的名字"),
    "source_id": _("来源的编号，可以报送的来源里有"),
    "subject": _("person:编号 或 firm:编号"),
    "telling": _("查不到别的了，接下来都问本人"),
    "upload": _("文件"),
    "verdict": _("只看哪一种结果"),
    "version": _("表的版本号"),
    "within": _("在哪个区划里"),
}
ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "field", "request_id"],
            "additionalProperties": False,
            "properties": {
                "code": {
                    "type": "string",
                    "pattern": r"^[a-z]+\.[a-z0-9_]+$",
                    "description": "room.rule: stable, for programs",
                },
                "message": {"type": "string", "description": "a sentence for a person"},
                "field": {"type": ["string", "null"]},
                "request_id": {"type": "string"},
            },
        }
    },
    "example": {
        "error": {
            "code": "policy.fact_value",
            "message": "“裁员人数”写的是“两个”，读不懂。请写整数。",
            "field": "laid_off_count",
            "request_id": "5b1f0d8e6f7a4c3b9e2d1a0f5c6b7a8d",
        }
    },
}
REFUSALS = {
    400: _("请求读不懂：不是正确的 JSON、编码不对"),
    401: _("没有登录，或者密钥不对、过期、停用"),
    403: _("密钥或委托没有写这一项；浏览器里的提交没有带本站页面的令牌"),
    404: _("没有，或者您不能看：两种回答一样"),
    409: _("情况和这一步对不上：还没算完、别人刚办过、表换了新版、键用过了"),
    410: _("按期清掉了"),
    411: _("没有写明内容有多长"),
    413: _("请求太大"),
    415: _("没有写明内容是 application/json"),
    422: _("哪一项读不懂或超出范围，field 里写明"),
    429: _("次数太多，Retry-After 里写着等多少秒"),
    507: _("服务器没有地方存了，没有收下"),
}
_ALWAYS = (400, 401, 404, 422, 429)
# Not for everybody: a key or mandate that does not go so far; what stands otherwise by now.
_NOT_PUBLIC = (403, 409)
_WITH_BODY = (403, 411, 413)
# An operation's own, in its ``openapi_extra``: statuses that few others answer.
MORE_REFUSALS = "x-refusals"
KEY_SCHEME, SESSION_SCHEME = "key", "session"


def complete(schema: OpenAPISchema, api: NinjaAPI) -> None:
    """Add refusals, security, facts; in place."""
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {}).update({"Error": ERROR, "Facts": facts_schema(registry())})
    components["responses"] = {f"Refused{status}": _refused(status) for status in REFUSALS}
    components["securitySchemes"] = {
        KEY_SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "Authorization: Bearer dh_…",
        },
        SESSION_SCHEME: {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "a signed-in browser; writes need the X-CSRFToken header as well",
        },
    }
    _name_facts(components["schemas"])
    _name_parameters(schema)
    rules = {api.get_openapi_operation_id(one): one for one in operations(api)}
    for path, item in schema["paths"].items():
        for described in item.values():
            _describe(described, rules[described["operationId"]], path)


def operations(api: NinjaAPI) -> Iterator[Operation]:
    """Every operation of the API."""
    for router in api._get_bound_routers():  # noqa: SLF001  the framework's own walk
        for view in router.path_operations.values():
            yield from view.operations


def guard_of(operation: Operation) -> Opened:
    """The access rule of an operation. Raises ``LookupError`` where there is none."""
    for each in operation.auth_callbacks:
        if isinstance(each, Opened):
            return each
    raise LookupError(f"{operation.view_func.__name__} has no opened(...)")


def _describe(described: Json, operation: Operation, path: str) -> None:
    body = described.get("requestBody")
    rule = guard_of(operation).access_rule
    statuses = [*_ALWAYS, *(_WITH_BODY if "post" in _methods(operation) else ())]
    if body and "application/json" in body["content"]:
        statuses.append(415)
    if rule is not anyone or "/form" in path:
        statuses += _NOT_PUBLIC
    statuses += described.pop(MORE_REFUSALS, ())
    for status in sorted(set(statuses)):
        described["responses"].setdefault(
            status, {"$ref": f"#/components/responses/Refused{status}"}
        )
    known: list[Json] = [{KEY_SCHEME: []}, {SESSION_SCHEME: []}]
    described["security"] = [{}, *known] if rule is anyone else known
    described["x-who"] = (rule.__doc__ or "").strip()


def _methods(operation: Operation) -> set[str]:
    return {method.lower() for method in operation.methods}


def _refused(status: int) -> Json:
    response: Json = {
        "description": REFUSALS[status],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    if status == 429:
        response["headers"] = {
            "Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}
        }
    return response


def _name_facts(schemas: Json) -> None:
    """Bodies that take facts point at the registered ones instead of "any name, any value"."""
    for shape in schemas.values():
        properties = shape.get("properties", {})
        if shape is not schemas["Facts"] and "facts" in properties and _is_sent(shape):
            properties["facts"] = {"$ref": "#/components/schemas/Facts"}


def _name_parameters(schema: OpenAPISchema) -> None:
    """Say what each parameter, and each field of a body, means."""
    for item in schema["paths"].values():
        for described in item.values():
            for each in described["parameters"]:
                each.setdefault("description", PARAMETERS.get(each["name"], ""))
            for content in described.get("requestBody", {}).get("content", {}).values():
                for name, inner in (
                    resolved(schema, content["schema"]).get("properties", {}).items()
                ):
                    inner.setdefault("description", PARAMETERS.get(name, ""))


def resolved(schema: Json, shape: Json) -> Json:
    """The shape a reference stands for."""
    reference = shape.get("$ref")
    if reference is None:
        return shape
    found: Json = schema["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _is_sent(shape: Json) -> bool:
    return bool(shape["properties"]["facts"].get("additionalProperties"))
