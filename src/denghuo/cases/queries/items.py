"""The service items shipped with the product, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from denghuo.cases.logic.items import ServiceItem, load_item
from denghuo.kernel.refusal import RefusalError

_FOLDER = "items"


class ItemNotFoundError(RefusalError):
    """No such service item."""

    code = "cases.item_not_found"
    template = "没有找到这项业务。它可能换了名字，请到“办事”里找。"
    status = 404


@cache
def items() -> Mapping[str, ServiceItem]:
    """Every item by its code."""
    folder = files("denghuo.cases") / _FOLDER
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    found = [
        load_item(yaml.safe_load((folder / name).read_text(encoding="utf-8"))) for name in names
    ]
    return {one.code: one for one in found}


def service_item(code: str) -> ServiceItem:
    """One item. Raises ``ItemNotFoundError``."""
    found = items().get(code)
    if found is None:
        raise ItemNotFoundError
    return found


def listed_items() -> tuple[ServiceItem, ...]:
    """What the public list shows, by code."""
    return tuple(one for one in items().values() if one.listed)
