"""Bodies are read strictly: JSON in UTF-8, no name twice, no NaN, no half characters, not deep.

Nor does any text hold the character zero, which one of the databases keeps and the other refuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from denghuo.api.errors import UnreadableInputError
from denghuo.kernel.refusal import RefusalError

DEPTH_MAX = 16
# The closing quote is optional: a string left open is passed over once, not tried at each quote.
_SIGNS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_ZERO = "\x00"
_ZERO_WRITTEN = b"\\u0000"
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")


class NotJsonError(RefusalError):
    """The body is not one JSON text."""

    code = "api.not_json"
    template = "请求的内容不是正确的 JSON：{problem}。"
    status = 400


class NotAnnouncedAsJsonError(RefusalError):
    """The content type says something else; programs of browsers can send other types unasked."""

    code = "api.unsupported_media_type"
    template = "请在请求头里写 Content-Type: application/json。"
    status = 415


class StrictParser(Parser):
    """What two readers could understand in two ways is refused."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body as plain values. Raises ``NotJsonError``, ``NotAnnouncedAsJsonError``."""
        if request.content_type != "application/json":
            raise NotAnnouncedAsJsonError
        body: dict[str, Any] = read_json(request.body)  # its shape is checked by the operation
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """What stands in the address or a form. Raises ``UnreadableInputError``."""
        for name, values in data.lists():
            if any(isinstance(value, str) and _ZERO in value for value in (name, *values)):
                place = name.replace(_ZERO, "")[:80]
                raise UnreadableInputError(field=place, place=place, problem="有编号为零的字符")
        named: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        return named


def read_json(body: bytes) -> Any:
    """One JSON text as plain values. Raises ``NotJsonError``."""
    if _depth(body) > DEPTH_MAX:  # the reader itself would only stop at the end of its stack
        raise NotJsonError(problem=f"嵌套超过 {DEPTH_MAX} 层")
    try:
        text = body.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError:
        raise NotJsonError(problem="编码不是 UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotJsonError(problem=f"第 {error.lineno} 行第 {error.colno} 个字") from None
    except ValueError:  # an integer of thousands of digits
        raise NotJsonError(problem="有一个数太长") from None
    if _ZERO_WRITTEN in body and any(_ZERO in one for one in _strings(value)):
        raise NotJsonError(problem="有编号为零的字符（\\u0000）")
    if _HALF_CHARACTER.search(body):
        try:
            "".join(_strings(value)).encode()
        except UnicodeEncodeError:
            raise NotJsonError(problem="有半个字符（单独的 \\ud800 一类）") from None
    return value


def _depth(body: bytes) -> int:
    """How deep brackets stand in one another, those inside strings left out."""
    deepest = depth = 0
    for found in _SIGNS.finditer(body):
        sign = found[0]
        if sign in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in b"]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise NotJsonError(problem="同一个名字写了两次")
    return named


def _constant(name: str) -> Any:
    raise NotJsonError(problem=f"{name} 不是 JSON 的数")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
