"""A typed answer as it is read on a page."""

from __future__ import annotations

from collections.abc import Mapping

from denghuo.cases.logic.forms import Answer, Field
from denghuo.kernel.masking import mask_middle
from denghuo.kernel.money import Money


def shown_form(
    one: Field,
    value: Answer,
    *,
    language: str = "zh",
    yes_no: tuple[str, str] = ("是", "否"),
    names: Mapping[str, str] | None = None,
) -> str:
    """The answer as it is read on a page; ``names`` are of divisions, relatives and files.

    Account numbers are masked: the page may be printed or read over a shoulder.
    """
    known = names or {}
    match one.kind:
        case "money" if isinstance(value, int):
            return str(Money(value))
        case "boolean":
            return yes_no[0] if value is True else yes_no[1]
        case "choice":
            labels = {each.code: each.label.in_language(language) for each in one.choices}
            return labels.get(str(value), str(value))
        case "bank_account" if isinstance(value, dict):
            return f"{value['bank']} {mask_account(value['number'])} {value['holder']}"
        case "file" if isinstance(value, list):
            return "、".join(known.get(each, "") for each in value)
        case _:
            return known.get(str(value), str(value))


def mask_account(number: str) -> str:
    """``**** 1234``: the last four."""
    return "**** " + mask_middle(number, keep_start=0, keep_end=4)[-4:]
