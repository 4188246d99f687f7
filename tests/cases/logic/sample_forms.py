"""Forms for the tests of forms, drafts and pages, and a drawer of random ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from denghuo.cases.logic.forms import FIELD_KINDS, Field, FormVersion
from denghuo.cases.logic.forms_loading import FormShape, load_forms
from denghuo.kernel.words import Words


def read_form(**text: Any) -> FormVersion:
    """One version from the plain values of a file."""
    return read_forms(text)[0]


def read_forms(*texts: dict[str, Any]) -> tuple[FormVersion, ...]:
    """Several versions."""
    return load_forms([FormShape.model_validate(text) for text in texts])


def skill_form(version: int = 1, start: date = date(2025, 1, 1)) -> FormVersion:
    """A certificate asked for only where the register has none; another account by choice."""
    return read_form(
        **{
            "version": version,
            "from": start,
            "fields": [
                {
                    "name": "certificate_on",
                    "kind": "date",
                    "label": "发证日期",
                    "fact": "certificate_on",
                    "not_after_today": True,
                },
                {
                    "name": "certificate_no",
                    "kind": "certificate",
                    "label": "证书编号",
                    "when": [{"fact": "has_skill_certificate", "known": False}],
                },
                {
                    "name": "photo",
                    "kind": "file",
                    "label": "证书照片",
                    "when": [{"fact": "has_skill_certificate", "known": False}],
                },
                {"name": "helped", "kind": "boolean", "label": "有人帮您考证吗"},
                {
                    "name": "helper",
                    "kind": "text",
                    "label": "谁帮的",
                    "required": False,
                    "when": [{"field": "helped", "is": True}],
                },
                {"name": "account", "kind": "bank_account", "label": "收款账户"},
            ],
        }
    )


_NAMES = tuple(f"f{number}" for number in range(8))


@st.composite
def drawn_forms(draw: st.DrawFn, version: int = 1) -> FormVersion:
    """Small forms of booleans, choices and texts whose conditions look back, as loading allows."""
    fields: list[dict[str, Any]] = []
    for name in _NAMES[: draw(st.integers(1, len(_NAMES)))]:
        kind = draw(st.sampled_from(["boolean", "choice", "text"]))
        field: dict[str, Any] = {
            "name": name,
            "kind": kind,
            "label": draw(st.sampled_from(["甲", "乙"])),
            "required": draw(st.booleans()),
        }
        if kind == "choice":
            field["choices"] = {"a": "一", "b": "二"}
        if draw(st.booleans()):
            field["fact"] = draw(st.sampled_from(["known_a", "known_b"]))
        conditions: list[dict[str, Any]] = []
        askable = [each for each in fields if each["kind"] != "text"]
        looks_back: bool = draw(st.booleans())
        if askable and looks_back:
            earlier: dict[str, Any] = draw(st.sampled_from(askable))
            yes: bool = draw(st.booleans())
            value: object = yes if earlier["kind"] == "boolean" else "a"
            conditions.append({"field": earlier["name"], "is": value})
        if draw(st.integers(0, 3)) == 0:
            conditions.append({"fact": "known_a", "known": draw(st.booleans())})
        field["when"] = conditions
        fields.append(field)
    return read_form(**{"version": version, "from": date(2025, version, 1), "fields": fields})


@st.composite
def drawn_answers(draw: st.DrawFn, form: FormVersion) -> dict[str, Any]:
    """Answers that fit to some of the fields, shown or not."""
    values: dict[str, Any] = {}
    for one in form.fields:
        if draw(st.booleans()):
            match one.kind:
                case "boolean":
                    values[one.name] = draw(st.booleans())
                case "choice":
                    values[one.name] = draw(st.sampled_from([each.code for each in one.choices]))
                case _:
                    values[one.name] = draw(st.sampled_from(["一句话", "two"]))
    return values


def plain_field(kind: Any, **more: Any) -> Field:
    """A field of a kind, with what its kind cannot do without."""
    assert kind in FIELD_KINDS
    return Field(name="asked", kind=kind, label=Words("这一项"), **more)
