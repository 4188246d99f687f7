"""Keeping a search, being told of new posts once a day, and stopping it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction

from denghuo.employment.models import SavedSearch
from denghuo.employment.queries.applications import ids_of, person_at_hand
from denghuo.employment.queries.post_search import PostQuery, found_ids, read_query
from denghuo.employment.queries.posts import posts_of_ids
from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import SYSTEM, Actor, record_audit, send_message

SEARCHES_MAX = 10
FOUND_MAX = 1_000
TOLD_MAX = 5_000
# Nobody is woken: outside these hours nothing is sent, and tomorrow's message has it.
TOLD_FROM, TOLD_UNTIL = time(8), time(21)
_NAMED_MAX = 5


class TooManySearchesError(RefusalError):
    """More would be a newspaper."""

    code = "employment.too_many_searches"
    template = "最多记 {most} 个找法。请先删掉一个。"
    status = 409


class NothingAskedError(RefusalError):
    """A search for everything would tell of everything."""

    code = "employment.nothing_asked"
    template = "请先写上词，或者点一个条件，再让我们帮您盯着。"


class SearchNotFoundError(RefusalError):
    """No such search of this person."""

    code = "employment.search_not_found"
    template = "没有找到这个找法。"
    status = 404


@transaction.atomic
def save_search(*, actor: Actor, query: PostQuery, now: datetime) -> UUID:
    """Keep a search for the person at hand, with their yes to one message a day.

    What is found now is known already: only what comes later is told. The same search again is
    the same row. Race: two presses at once; the unique key lets one in. Raises
    ``TooManySearchesError``, ``NothingAskedError``.
    """
    person = person_at_hand(actor, "apply", now=now)
    if query.asks_nothing:
        raise NothingAskedError
    text = urlencode(sorted(query.values().items()))[:400]
    rows = SavedSearch.objects.filter(person_id__in=ids_of(person))
    kept = rows.filter(asked_text=text).first()
    if kept is None:
        if rows.count() >= SEARCHES_MAX:
            raise TooManySearchesError(most=SEARCHES_MAX)
        row = SavedSearch(
            person_id=person.id,
            asked=query.values(),
            asked_text=text,
            daily=True,
            told=_newest(query, now=now),
            created_at=now,
        )
        SavedSearch.objects.bulk_create([row], ignore_conflicts=True)
        kept = rows.get(asked_text=text)
    elif not kept.daily:
        kept.daily, kept.told = True, _newest(query, now=now)
        kept.save(update_fields=["daily", "told"])
    _audit(actor, "employment.save_search", person, kept.pk, now=now)
    return kept.pk


@transaction.atomic
def stop_search(*, actor: Actor, search_id: UUID, now: datetime) -> None:
    """No more messages about it. Harmless to ask twice. Raises ``SearchNotFoundError``."""
    row, person = _own(actor, search_id, now)
    SavedSearch.objects.filter(pk=row.pk).update(daily=False)
    _audit(actor, "employment.stop_search", person, row.pk, now=now)


@transaction.atomic
def forget_search(*, actor: Actor, search_id: UUID, now: datetime) -> None:
    """Take the search away, with all it knew. Raises ``SearchNotFoundError``."""
    row, person = _own(actor, search_id, now)
    _audit(actor, "employment.forget_search", person, row.pk, now=now)
    row.delete()


def tell_searches(*, now: datetime) -> int:
    """Tell everybody who wants to know of new posts, each in one message; how many were told.

    Run again it tells nobody twice. At night it does nothing.
    """
    if not TOLD_FROM <= now.astimezone(SHANGHAI).time() < TOLD_UNTIL:
        return 0
    people = SavedSearch.objects.filter(daily=True).order_by("person_id")
    ids = people.values_list("person_id", flat=True).distinct()
    return sum(_tell_person(one, now=now) for one in list(ids))


@transaction.atomic
def _tell_person(person_id: UUID, *, now: datetime) -> bool:
    """One person's message. Race: two workers; the rows are locked, the second finds them told."""
    day = day_of(now)
    rows = list(
        SavedSearch.objects.select_for_update()
        .filter(person_id=person_id, daily=True)
        .order_by("created_at", "id")
    )
    if any(row.told_on is not None and row.told_on >= day for row in rows):
        return False
    news: dict[int, None] = {}
    for row in rows:
        found = _newest(read_query(row.asked), now=now)
        fresh = unknown_of(found, row.told)
        news.update(dict.fromkeys(fresh))
        row.told = [*fresh, *row.told][:TOLD_MAX]
        row.told_on = day
    if not news:
        return False
    SavedSearch.objects.bulk_update(rows, ["told", "told_on"])
    person = SubjectRef("person", person_id)
    views = posts_of_ids(list(news)[:_NAMED_MAX])
    titles = [f"{views[one].title}（{views[one].employer_name}）" for one in views]
    send_message(
        to=person,
        kind="employment.new_posts",
        title=f"有 {len(news)} 个新岗位",
        body=_body(titles, len(news)),
        link="/me/work/searches/",
        key=f"employment.new_posts:{person_id}:{day}",
        actor=SYSTEM,
        now=now,
    )
    return True


def _newest(query: PostQuery, *, now: datetime) -> list[int]:
    return found_ids(replace(query, sort="new"), now=now, limit=FOUND_MAX)


def unknown_of(found: Sequence[int], told: Sequence[int]) -> list[int]:
    """The posts found that are news to who knows ``told``.

    Only the newest were looked at when much was found, and as posts end older ones move up among
    them: those were there before. Numbers rise, so they are known by being smaller.
    """
    known = set(told)
    oldest = min(known) if len(known) >= FOUND_MAX else 0
    return [one for one in found if one not in known and one > oldest]


def _body(titles: list[str], many: int) -> str:
    more = f"，还有 {many - len(titles)} 个" if many > len(titles) else ""
    return (
        f"您让我们盯着的岗位，有 {many} 个新的：{'、'.join(titles)}{more}。"
        "点进去看。不想再收，在那里点一下“不用再告诉我”。"
    )


@transaction.atomic
def log_posts_exported(*, actor: Actor, asked: Mapping[str, str], rows: int, now: datetime) -> None:
    """Write down that a table of posts was taken away."""
    record_audit(
        actor=actor,
        action="employment.export_posts",
        entity="employment.posts",
        detail={"filters": ",".join(sorted(asked)), "rows": rows},
        at=now,
    )


def _own(actor: Actor, search_id: UUID, now: datetime) -> tuple[SavedSearch, SubjectRef]:
    person = person_at_hand(actor, "apply", now=now)
    row = SavedSearch.objects.filter(pk=search_id, person_id__in=ids_of(person)).first()
    if row is None:
        raise SearchNotFoundError
    return row, person


def _audit(
    actor: Actor, action: str, person: SubjectRef, search_id: UUID, *, now: datetime
) -> None:
    record_audit(
        actor=actor,
        action=action,
        subject=person,
        entity=f"employment.saved_search:{search_id}",
        at=now,
    )
