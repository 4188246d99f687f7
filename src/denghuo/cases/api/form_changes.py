"""Forms move on: what a newer version changed, and the refusal of an older one."""

from __future__ import annotations

from denghuo.cases.logic.forms import FormVersion, NoFormError, form_numbered
from denghuo.cases.logic.forms_diff import FormDifference, What, difference
from denghuo.cases.logic.items import ServiceItem
from denghuo.kernel.json_shapes import Told
from denghuo.kernel.refusal import RefusalError


class FormChangedError(RefusalError):
    """The program fills in a version that is no longer, or not yet, the one in force."""

    code = "cases.form_changed"
    template = "表现在是第 {now} 版，您填的是第 {sent} 版。{what}请按新版核对后再交。"
    status = 409


class FieldChangeOut(Told):
    """One question that is in both versions, and in what it differs; ``asks_again`` says that
    an old answer no longer answers it."""

    name: str
    what: list[What]
    asks_again: bool


class FormDifferenceOut(Told):
    """What the newer version adds, takes away and changes."""

    old: int
    new: int
    added: list[str]
    removed: list[str]
    changed: list[FieldChangeOut]


def difference_out(old: FormVersion, new: FormVersion) -> FormDifferenceOut:
    """The difference of two versions as JSON."""
    found = difference(old, new)
    return FormDifferenceOut(
        old=old.version,
        new=new.version,
        added=list(found.added),
        removed=list(found.removed),
        changed=[
            FieldChangeOut(name=one.name, what=list(one.what), asks_again=one.asks_again)
            for one in found.changed
        ],
    )


def demand_version(item: ServiceItem, form: FormVersion, sent: int) -> None:
    """Pass for the version in force; say otherwise what changed. Raises ``FormChangedError``."""
    if sent == form.version:
        return
    try:
        what = _in_words(difference(form_numbered(item.forms, sent), form))
    except NoFormError:
        what = ""
    raise FormChangedError(field="form_version", now=form.version, sent=sent, what=what)


def _in_words(found: FormDifference) -> str:
    again = [one.name for one in found.changed if one.asks_again]
    parts = [
        f"{words}：{'、'.join(names)}。"
        for words, names in (
            ("新加的", found.added),
            ("去掉的", found.removed),
            ("问法变了、要重新答的", again),
        )
        if names
    ]
    return "".join(parts)
