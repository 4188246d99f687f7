"""What the desk says of a delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from denghuo.employment.models import PostDelivery
from denghuo.employment.queries.asking import occupation_names
from denghuo.employment.queries.deliveries import DeliveryView
from denghuo.places.public import names_of


def desk_state_words(view: DeliveryView) -> str:
    """How far it is."""
    return _(PostDelivery.State(view.state).label)


def check_counts(view: DeliveryView) -> list[dict[str, Any]]:
    """What would come of it, as the check found."""
    counts = view.counts
    rows = [
        _rows(_("一共"), counts.get("rows", 0)),
        _rows(_("能收"), counts.get("good", 0)),
        _rows(_("其中新的"), counts.get("new", 0)),
        _rows(_("有改动的"), counts.get("changed", 0)),
        _rows(_("和上次一样的"), counts.get("same", 0)),
        _rows(_("要改，收不了"), counts.get("refused", 0)),
        _rows(_("重复的"), counts.get("repeated", 0)),
    ]
    if view.whole:
        rows.append(_rows(_("名单里没有、要撤下的"), counts.get("missing", 0), _("个")))
    return rows


def read_counts(view: DeliveryView) -> list[dict[str, Any]]:
    """How well the first rows were understood."""
    read = view.counts.get("read", 0)
    if not read:
        return []
    names = {
        "paid_read": _("看懂工资"),
        "placed_read": _("知道在哪"),
        "coded_read": _("编了职业"),
        "held_read": _("要等工作人员看过"),
    }
    return [{"name": name, "value": _share(view.counts, key, read)} for key, name in names.items()]


def _share(counts: Mapping[str, int], key: str, read: int) -> str:
    part = counts.get(key, 0)
    return _("{part} 个（{share}%）").format(part=f"{part:,}", share=part * 100 // read)


def taken_counts(view: DeliveryView) -> list[dict[str, Any]]:
    """What came of it."""
    names = {
        "taken_posts": _("新岗位"),
        "taken_joined": _("和别处同一个岗位，合起来的"),
        "taken_changed": _("改了的"),
        "taken_same": _("没有变的"),
        "taken_back": _("撤下后又回来的"),
        "taken_held": _("先不公开，等人看的"),
        "taken_withdrawn": _("撤下的"),
        "taken_refused": _("没有收的"),
    }
    return [
        _rows(name, view.counts.get(key, 0), _("个"))
        for key, name in names.items()
        if view.counts.get(key, 0)
    ]


def _rows(name: str, count: int, unit: str = "") -> dict[str, Any]:
    return {"name": name, "value": f"{count:,} {unit or _('行')}"}


def sample_rows(view: DeliveryView, kinds: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How the first good rows were read: as written, and as understood."""
    samples = [one for one in view.samples if "title" in one]
    places = names_of([one["place"] for one in samples if one["place"]])
    works = occupation_names([one["occupation"] for one in samples if one["occupation"]])
    return [
        {
            "line": one["line"],
            "title": one["title"],
            "employer": one["employer"],
            "wage": _read(one["wage_words"], one["wage"]),
            "place": _read(one["place_words"], places.get(one["place"], "")),
            "occupation": works.get(one["occupation"], "") or _("拿不准，等人定"),
            "questions": "、".join(
                dict.fromkeys(str(kinds[each]) for each in one["questions"] if each in kinds)
            ),
        }
        for one in samples
    ]


def _read(words: str, read: str) -> str:
    if not words:
        return read or _("没有写")
    if not read:
        return _("{words}（没看懂）").format(words=words)
    return read if read == words else f"{words} → {read}"
