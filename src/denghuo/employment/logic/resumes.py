"""A résumé: what somebody did and learnt, in their own words. Everything in it is optional."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal, get_args

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.wording import gettext_noop as _

Kind = Literal["work", "school", "course"]
KINDS: Mapping[Kind, str] = {
    "work": _("干过的活儿"),
    "school": _("上过的学"),
    "course": _("学过的手艺、培训"),
}
ENTRIES_MAX = 20
WHERE_MAX, WHAT_MAX, ABOUT_MAX = 60, 300, 500
EARLIEST_YEAR = 1940
_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![\dXx])")


class ResumeEmptyError(RefusalError):
    """An entry says what was done."""

    code = "employment.resume_empty"
    template = "请写在哪儿、干什么，几个字就行。"


class ResumeTooLongError(RefusalError):
    """Words a firm can read in a minute."""

    code = "employment.resume_too_long"
    template = "这一栏最多 {most} 个字，您写了 {count} 个。"


class ResumeFullError(RefusalError):
    """A few entries say more than many."""

    code = "employment.resume_full"
    template = "最多写 {most} 条。请先删掉一条旧的。"
    status = 409


class ResumeYearError(RefusalError):
    """Years in order, not in the future."""

    code = "employment.resume_year"
    template = "年份请写 {least} 到 {most} 之间的数，先后要对。"


class ResumeNumberError(RefusalError):
    """No identity number in words that firms read."""

    code = "employment.resume_number"
    template = "这里不要写身份证号。单位录用时才需要看，您当面给它看就行。"


class ResumeEntryGoneError(RefusalError):
    """Another tab has removed or changed it."""

    code = "employment.resume_entry_gone"
    template = "这一条刚才改过或者删掉了。请看看现在的样子。"
    status = 409


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done: years may be empty, ``until`` empty is until now."""

    kind: Kind
    where: str
    what: str
    since: int | None = None
    until: int | None = None


def read_entry(
    kind: Kind, where: str, what: str, since: int | None, until: int | None, *, today: date
) -> Entry:
    """One entry as typed. Raises the refusals above, each with its field."""
    where, what = " ".join(where.split()), what.strip()
    if not where and not what:
        raise ResumeEmptyError(field="where")
    for field, words, most in (("where", where, WHERE_MAX), ("what", what, WHAT_MAX)):
        _check_words(words, most, field)
    for field, year in (("since", since), ("until", until)):
        if year is not None and not EARLIEST_YEAR <= year <= today.year:
            raise ResumeYearError(field=field, least=EARLIEST_YEAR, most=today.year)
    if since is not None and until is not None and until < since:
        raise ResumeYearError(field="until", least=since, most=today.year)
    return Entry(kind, where, what, since, until)


def read_about(words: str) -> str:
    """A few words about oneself."""
    about = words.strip()
    _check_words(about, ABOUT_MAX, "about")
    return about


def read_entries(kept: Iterable[Mapping[str, object]]) -> tuple[Entry, ...]:
    """Entries as they were kept."""
    return tuple(
        Entry(kind, str(one["where"]), str(one["what"]), _year(one["since"]), _year(one["until"]))
        for one in kept
        for kind in get_args(Kind)
        if kind == one["kind"]
    )


def write_entries(entries: Iterable[Entry]) -> list[dict[str, object]]:
    """Entries as they are kept."""
    return [asdict(one) for one in entries]


def all_words(about: str, entries: Iterable[Entry]) -> str:
    """Everything said, for reading skills from."""
    return "\n".join((about, *(f"{one.where} {one.what}" for one in entries)))


def years_line(entry: Entry) -> str:
    """2019–2023, 2019 起, or nothing."""
    if entry.since is None and entry.until is None:
        return ""
    if entry.since is None:
        return f"–{entry.until}"
    return f"{entry.since}–{entry.until or ''}"


def _year(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _check_words(words: str, most: int, field: str) -> None:
    if len(words) > most:
        raise ResumeTooLongError(field=field, most=most, count=len(words))
    if _ID_NUMBER.search(words):
        raise ResumeNumberError(field=field)
