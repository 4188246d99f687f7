"""A form as JSON Schema, and an answer in JSON as a person would have typed it.

Programs send typed values: fen for money, ISO days, true and false, a code for a choice. They
are read by the same reader as what people type, so that both are held to the same bounds.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from denghuo.cases.logic.answers import BANK_PARTS, Raw, typed_form
from denghuo.cases.logic.forms import Field, FieldKind, FormVersion, ShownWhen
from denghuo.kernel.refusal import RefusalError

Json = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXTS = frozenset({"text", "date", "choice", "certificate", "uscc", "family_person", "division"})
_WORDS: dict[FieldKind, str] = {
    "text": "文字",
    "money": "整数，单位分",
    "date": "日期，例如 2026-11-23",
    "number": "整数",
    "choice": "选项的代码",
    "boolean": "true 或 false",
    "certificate": "证书编号",
    "uscc": "统一社会信用代码",
    "bank_account": "bank、number、holder 三项文字",
    "family_person": "家人的编号",
    "division": "区划代码",
    "file": "文件，另外用 documents 传",
}


class AnswerShapeError(RefusalError):
    """A value of another type than the field's."""

    code = "cases.answer_shape"
    template = "“{label}”要写成：{wanted}。"


def raw_of(one: Field, value: object) -> Raw:
    """The value as one would type it; None empties an optional field. Raises
    ``AnswerShapeError``."""
    if value is None:
        return {}
    if one.kind == "bank_account" and isinstance(value, dict):
        if set(value) <= set(BANK_PARTS) and all(isinstance(each, str) for each in value.values()):
            return dict(value)
    elif (one.kind == "boolean" and isinstance(value, bool)) or (
        # A yes is not the number one.
        one.kind in {"money", "number"} and type(value) is int
    ):
        return {"answer": typed_form(one, value)}
    elif one.kind in _TEXTS and isinstance(value, str):
        return {"answer": value}
    raise AnswerShapeError(field=one.name, label=one.title.zh, wanted=_WORDS[one.kind])


def json_schema(form: FormVersion, *, item: str, title: str, language: str) -> Json:
    """The whole form. Required is only what is always asked; the draft says what is asked now."""
    always = [one.name for one in form.fields if one.required and not one.fact and not one.when]
    branches = [branch for one in form.fields if (branch := _branch(one)) is not None]
    schema: Json = {
        "$schema": DIALECT,
        "$id": f"/api/v1/services/{item}/form?version={form.version}",
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "properties": {one.name: _property(one, language) for one in form.fields},
        "required": always,
    }
    return schema | ({"allOf": branches} if branches else {})


def _property(one: Field, language: str) -> Json:
    shape: Json = {"title": one.title.in_language(language), **_type(one, language)}
    if one.label != one.title:
        shape["description"] = one.label.in_language(language)
    if one.fact:
        shape["x-fact"] = one.fact
    if one.when:
        shape["x-when"] = [_when(each) for each in one.when]
    return shape | {"x-kind": one.kind, "x-scope": one.scope}


def _type(one: Field, language: str) -> Json:
    match one.kind:
        case "money" | "number":
            return {"type": "integer", **_bounds(one)}
        case "boolean":
            return {"type": "boolean"}
        case "date":
            return {"type": "string", "format": "date", **_days(one)}
        case "choice":
            options = [
                {"const": each.code, "title": each.label.in_language(language)}
                for each in one.choices
            ]
            return {"type": "string", "oneOf": options}
        case "bank_account":
            part = {"type": "string", "minLength": 1}
            return {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(BANK_PARTS, part),
                "required": list(BANK_PARTS),
            }
        case "file":
            ids = {"type": "string", "format": "uuid"}
            return {"type": "array", "items": ids, "maxItems": one.files_max, "readOnly": True}
        case "text":
            return {"type": "string", "maxLength": one.length_max}
        case _:
            return {"type": "string"}


def _bounds(one: Field) -> Json:
    named = {"minimum": one.low, "maximum": one.high}
    return {name: bound for name, bound in named.items() if isinstance(bound, int)}


def _days(one: Field) -> Json:
    named = {"x-from": one.low, "x-until": one.high}
    bounds: Json = {name: day.isoformat() for name, day in named.items() if isinstance(day, date)}
    return bounds | ({"x-not-after-today": True} if one.not_after_today else {})


def _when(each: ShownWhen) -> Json:
    condition: Json = {each.about: each.name}
    return condition | ({"known": each.known} if each.known is not None else {"is": [*each.values]})


def _branch(one: Field) -> Json | None:
    """Required on one branch only, where the branch is decided by answers of the form itself."""
    decided = all(each.about == "field" and each.known is None for each in one.when)
    if not (one.required and one.when and decided) or one.fact:
        return None
    told = {each.name: {"enum": [*each.values]} for each in one.when}
    return {
        "if": {"properties": told, "required": [*told]},
        "then": {"required": [one.name]},
    }
