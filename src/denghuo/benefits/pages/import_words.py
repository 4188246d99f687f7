"""What the pages of imports say: states, columns with their samples, results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from denghuo.benefits.logic.mapping import special_words, words_text
from denghuo.benefits.logic.row_checks import masked_cell
from denghuo.benefits.logic.targets import ENTITY, How, hows_of, special_targets
from denghuo.benefits.models import FactImport
from denghuo.benefits.queries.imports import ImportView, sample_rows
from denghuo.benefits.queries.targets import targets
from denghuo.kernel.region import Region
from denghuo.people.public import RecordNotFoundError, staff_view
from denghuo.places.public import names_of

_SAMPLES_SHOWN = 3
_STATE_MARKS = {
    "applied": "yes",
    "failed": "no",
    "mapping": "wait",
    "checked": "wait",
}


def state_words(state: str) -> str:
    """Where a file is on its way."""
    return _(dict(FactImport.State.choices)[state])


def mode_words(mode: str) -> str:
    """What was made of the file."""
    return _(dict(FactImport.Mode.choices).get(mode, ""))


def state_mark(state: str) -> str:
    """The colour that goes with the words."""
    return _STATE_MARKS.get(state, "")


def how_words(how: How) -> str:
    """How a column is counted, where there is a choice."""
    return {
        "yuan": _("元"),
        "wan_yuan": _("万元"),
        "fen": _("分"),
        "number": _("照写的数"),
        "percent": _("百分数，如 1.2"),
        "fraction": _("小数，如 0.012"),
    }.get(how, "")


def area_words(area: Region) -> str:
    """A division's name; its code where the table of divisions does not know it."""
    return names_of([area.code]).get(area.code, area.prefix)


def target_choices(view: ImportView) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything a column may become, by the office that usually tells it, own office first."""
    known = targets()
    groups: dict[str, list[tuple[str, str]]] = {
        _("不是一项数据"): [
            (f"{name}|{hows_of(name, known, view.subject)[0]}", special_words(name, view.subject))
            for name in special_targets(view.subject)
        ]
    }
    own = [each for each in known.values() if each.subject == view.subject]
    for each in sorted(own, key=lambda one: one.source != view.office):
        for how in hows_of(each.name, known, view.subject):
            said = how_words(how)
            label = f"{each.label}（{said}）" if said else each.label
            groups.setdefault(each.source, []).append((f"{each.name}|{how}", label))
    return list(groups.items())


def column_rows(view: ImportView) -> list[dict[str, Any]]:
    """Each column with samples, what it is taken for and why, and what could not be read."""
    rows = sample_rows(view)
    chosen = {each.heading: each for each in view.mapping.columns}
    wrong = view.summary.get("by_column", {})
    found = []
    for at, heading in enumerate(view.headings):
        column = chosen.get(heading)
        guess = view.guesses.get(heading)
        is_key = column is not None and column.target == ENTITY
        found.append(
            {
                "at": at,
                "heading": heading,
                "samples": _samples(view, rows, at, is_key=is_key),
                "chosen": f"{column.target}|{column.how}" if column else "",
                "words": words_text(column.words) if column else "",
                "why": _why_words(str(guess["why"])) if column and guess else "",
                "wrong": sum(wrong.get(heading, {}).values()),
            }
        )
    return found


def _samples(
    view: ImportView, rows: Sequence[tuple[int, Sequence[str | None]]], at: int, *, is_key: bool
) -> str:
    texts = [
        masked_cell(row[at], is_key=is_key, subject=view.subject)
        for _line, row in rows
        if at < len(row) and row[at]
    ]
    return "、".join(list(dict.fromkeys(texts))[:_SAMPLES_SHOWN])


def _why_words(why: str) -> str:
    return {
        "saved": _("照上次保存的"),
        "same_words": _("表头一样"),
        "similar_words": _("表头相近，请核对"),
        "values": _("看内容像"),
    }[why]


def preview_rows(view: ImportView) -> list[dict[str, Any]]:
    """The first rows as they stand, identity numbers masked."""
    key = view.mapping.column_for(ENTITY)
    keys = {at for at, heading in enumerate(view.headings) if key and heading == key.heading}
    return [
        {
            "line": line,
            "cells": [
                masked_cell(row[at] if at < len(row) else "", is_key=at in keys,
                            subject=view.subject)
                for at in range(len(view.headings))
            ],
        }
        for line, row in sample_rows(view)
    ]  # fmt: skip


def result_rows(view: ImportView) -> list[dict[str, str]]:
    """What the check found, number by number; those that are nothing are left out."""
    summary = view.summary
    numbers = [
        (_("读到的行"), summary.get("rows", 0), ""),
        (_("能导入"), summary.get("good", 0), ""),
        (_("没有收的行"), summary.get("refused", 0), _("清单里写着行号和原因")),
        (_("完全重复的行"), summary.get("repeats_equal", 0), _("只算一行")),
        (_("同一编号写得不一样"), summary.get("repeats_different", 0), _("都没有收")),
        (_("登记地在别处"), summary.get("outside", 0), _("没有收")),
        (_("不在登记名册里"), summary.get("unregistered", 0), _("留在数据表里，没有档案可写")),
        (_("合计、签字等行"), summary.get("footers", 0), _("跳过了")),
    ]
    return [
        {"name": name, "value": f"{number:,}", "note": note}
        for place, (name, number, note) in enumerate(numbers)
        if number or place < 2
    ]


def effect_rows(effects: dict[str, int] | None) -> list[dict[str, str]]:
    """What is or would be made of the facts."""
    if not effects:
        return []
    words = {
        "new": (_("新的"), _("以前没有这项")),
        "changed": (_("改了的"), _("和原来的不一样，换成这份的")),
        "renewed": (_("更新日期的"), _("数没变，日期更近")),
        "unchanged": (_("没有变的"), ""),
        "newer_held": (_("没有用的"), _("已经有更近日期的数")),
        "registered": (_("新登记的单位"), ""),
        "restored": (_("恢复原来的"), ""),
        "ended": (_("撤掉的"), _("原来没有这项")),
        "kept": (_("留着没动的"), _("后来有了更新的数，或正在核实")),
    }
    return [
        {"name": word, "value": f"{effects[name]:,}", "note": note}
        for name, (word, note) in words.items()
        if effects.get(name)
    ]


def who_words(label: str) -> str:
    """Who did it, by name."""
    kind, _sign, identifier = label.partition(":")
    if kind != "staff":
        return _("系统")
    try:
        return staff_view(UUID(identifier)).name
    except RecordNotFoundError:
        return label


def facts_rows(view: ImportView) -> list[dict[str, str]]:
    """What is known of the file itself."""
    rows = [
        {"name": _("来源部门"), "value": view.office},
        {"name": _("依据"), "value": view.legal_basis},
        {"name": _("地区"), "value": area_words(view.area)},
        {"name": _("上传"), "value": f"{who_words(view.uploaded_by)} · {_at(view.created_at)}"},
        {"name": _("文件指纹"), "value": view.file_digest[:16]},
    ]
    if view.told_on or view.observed_on:
        rows.insert(3, {"name": _("数据日期"), "value": str(view.told_on or view.observed_on)})
    if view.confirmed_by:
        when = f" · {_at(view.applied_at)}" if view.applied_at else ""
        rows.append({"name": _("确认"), "value": who_words(view.confirmed_by) + when})
    if view.taken_back_by:
        who = f"{who_words(view.taken_back_by)}：{view.taken_back_why}"
        rows.append({"name": _("撤回"), "value": who})
    return rows


def _at(instant: Any) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")


def list_cells(view: ImportView, areas: Mapping[str, str]) -> list[str]:
    """One import in the list; ``areas`` are names by code."""
    rows = view.table_rows or view.summary.get("rows", 0)
    return [
        view.file_name,
        view.office,
        areas.get(view.area.code, view.area.prefix),
        state_words(view.state),
        f"{rows:,}",
        _at(view.created_at),
    ]
