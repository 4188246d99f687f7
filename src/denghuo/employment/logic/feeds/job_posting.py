"""schema.org JobPosting (JSON-LD) as the same columns a table has.

Read are title, description, identifier, hiringOrganization, jobLocation, baseSalary, datePosted,
validThrough, totalJobOpenings, educationRequirements, experienceRequirements and url
(https://schema.org/JobPosting). Text may hold HTML; tags become line breaks or nothing.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from denghuo.employment.logic.feeds.columns import Column

_TAGS = re.compile(r"<(?:br|/p|/li|/div)[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,200}>")
_UNITS = {
    "HOUR": "元/小时",
    "DAY": "元/天",
    "WEEK": "元/周",
    "MONTH": "元/月",
    "YEAR": "元/年",
}
_MONTHS_A_YEAR = 12
_DEPTH_MAX = 16


class JobPostingError(ValueError):
    """The text is no JSON-LD with postings; the message says why, in Chinese."""


def job_postings(text: str) -> Iterator[dict[Column, str]]:
    """Every JobPosting in the text, in its order: a list, one object, a ``@graph``, or an
    ``ItemList``. Raises ``JobPostingError``."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JobPostingError("不是完整的 JSON。") from error
    found = [columns_of(one) for one in _postings(read, 0)]
    if not found:
        raise JobPostingError("里面没有 JobPosting。")
    yield from found


def _postings(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _DEPTH_MAX:
        return
    if isinstance(value, list):
        for each in value:
            yield from _postings(each, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type", "")
        if "JobPosting" in (kinds if isinstance(kinds, list) else [kinds]):
            yield value
            return
        for name in ("@graph", "itemListElement", "item"):
            if name in value:
                yield from _postings(value[name], depth + 1)


def columns_of(posting: Mapping[str, Any]) -> dict[Column, str]:
    """One posting as columns; what is not there is left out."""
    employer = _first(posting.get("hiringOrganization"))
    where = _first(posting.get("jobLocation"))
    salary, low, high = _salary(posting.get("baseSalary"))
    told: dict[Column, str] = {
        "key": _text(posting.get("identifier")) or _text(posting.get("@id")),
        "title": _text(posting.get("title")),
        "body": _without_tags(_text(posting.get("description"))),
        "employer": _text(employer.get("name")) if isinstance(employer, dict) else _text(employer),
        "employer_code": _code(employer),
        "place": _place(where),
        "wage": salary,
        "wage_low": low,
        "wage_high": high,
        "url": _text(posting.get("url")),
        "openings": _text(posting.get("totalJobOpenings")),
        "schooling": _text(_named(posting.get("educationRequirements"), "credentialCategory")),
        "years": _years(posting.get("experienceRequirements")),
        "open_from": _text(posting.get("datePosted"))[:10],
        "open_until": _text(posting.get("validThrough"))[:10],
    }
    return {name: said for name, said in told.items() if said}


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _named(value: Any, *names: str) -> Any:
    one = _first(value)
    if not isinstance(one, dict):
        return one
    return next((one[name] for name in (*names, "value", "name") if one.get(name)), "")


def _text(value: Any) -> str:
    one = _named(value)
    if isinstance(one, bool) or one is None or isinstance(one, dict | list):
        return ""
    return str(one).strip()


def _without_tags(text: str) -> str:
    """Entities are undone last: what was written as text must not become a tag."""
    lines = _ANY_TAG.sub("", _TAGS.sub("\n", text))
    return html.unescape(lines).strip()


def _code(employer: Any) -> str:
    if not isinstance(employer, dict):
        return ""
    return next(
        (
            said
            for name in ("taxID", "identifier", "leiCode")
            if (said := _text(employer.get(name)))
        ),
        "",
    )


def _place(where: Any) -> str:
    if not isinstance(where, dict):
        return _text(where)
    address = _first(where.get("address", where))
    if not isinstance(address, dict):
        return _text(address)
    parts = ("addressRegion", "addressLocality", "streetAddress")
    return "".join(_text(address.get(name)) for name in parts)


def _salary(value: Any) -> tuple[str, str, str]:
    """As one wage in words; without a unit as two figures of a month."""
    one = _first(value)
    if not isinstance(one, dict):
        return _text(one), "", ""
    if one.get("currency", "CNY") not in ("CNY", "RMB"):
        return f"{_text(one.get('value'))} {one['currency']}", "", ""
    amount = one.get("value", one)
    amount = amount if isinstance(amount, dict) else {"value": amount}
    low, high = _text(amount.get("minValue")), _text(amount.get("maxValue"))
    said = _figure(amount.get("value"))
    unit = _UNITS.get(str(amount.get("unitText", one.get("unitText", ""))).upper())
    if unit is None:
        return said, low, high
    if low and high:
        return f"{low}-{high}{unit}", "", ""
    return (f"{low or high or said}{unit}" if low or high or said else ""), "", ""


def _figure(value: Any) -> str:
    return "" if isinstance(value, dict | list) else _text(value)


def _years(value: Any) -> str:
    one = _first(value)
    months = one.get("monthsOfExperience") if isinstance(one, dict) else None
    if isinstance(months, int | float) and not isinstance(months, bool) and 0 <= months <= 600:
        return str(int(months) // _MONTHS_A_YEAR)
    return _text(one)
