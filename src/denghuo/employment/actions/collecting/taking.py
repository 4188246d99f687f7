"""Rows of one source taken into the list: known again, changed, or new and joined to a post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from denghuo.employment.actions.collecting.posting import (
    raw_post,
    told_advert,
    write_posts,
)
from denghuo.employment.logic.duplicates import merge_adverts
from denghuo.employment.logic.feeds import FeedRow, RowTrouble
from denghuo.employment.logic.posts import PostReading
from denghuo.employment.logic.wages import why_sentence
from denghuo.employment.models import Advert, Post, PostDelivery, Source
from denghuo.employment.queries.reading import ReadingDesk
from denghuo.kernel.clock import day_of
from denghuo.people.public import registered_firms

_State = Post.State
# A new advert joins a post that stands; one that is over was another vacancy.
_JOINABLE = (_State.HELD, _State.OPEN)


@dataclass
class Taken:
    """What became of rows: counts, the posts that changed, remarks by the row's key."""

    counts: Counter[str] = field(default_factory=Counter)
    changed: set[int] = field(default_factory=set)
    remarks: list[tuple[str, RowTrouble]] = field(default_factory=list)
    # Which post each key is in now.
    posts: dict[str, int] = field(default_factory=dict)


def take_rows(
    *,
    source: Source,
    rows: Sequence[FeedRow],
    desk: ReadingDesk,
    delivery: PostDelivery | None,
    now: datetime,
) -> Taken:
    """Take rows in, each key once; inside the caller's transaction.

    Race: two sources bring the same vacancy at once, and neither sees the other's post. The
    caller takes the audit's turn first (``take_audit_turn``), so whole calls follow one another.
    """
    taking = _Taking(source, desk, delivery, now)
    taking.sort(rows)
    taking.join_new()
    taking.finish()
    return taking.taken


class _Taking:
    """One call's rows on their way."""

    def __init__(
        self, source: Source, desk: ReadingDesk, delivery: PostDelivery | None, now: datetime
    ) -> None:
        self.source, self.desk, self.delivery, self.now = source, desk, delivery, now
        self.taken = Taken()
        self.readings: dict[int, PostReading] = {}
        self._new: list[Advert] = []
        self._again: list[Advert] = []
        self._changed: list[Advert] = []
        self._touched: set[int] = set()

    def sort(self, rows: Iterable[FeedRow]) -> None:
        """Known and the same, known and changed, or new."""
        by_key = {one.key: one for one in rows}
        known = {
            one.source_key: one
            for one in Advert.objects.filter(source=self.source, source_key__in=list(by_key))
        }
        for key, row in by_key.items():
            advert = known.get(key)
            if advert is None:
                self._new.append(self._advert(row))
            elif advert.employer_uscc and row.employer_uscc != advert.employer_uscc:
                # Whoever applied, applied to the other employer.
                self.taken.remarks.append((key, RowTrouble("key", "refused", "other_employer")))
                self.taken.counts["refused"] += 1
            else:
                self._meet(advert, row)
        self._save_known()

    def _meet(self, advert: Advert, row: FeedRow) -> None:
        """The same source tells the same key again; back from withdrawal it is news."""
        back = advert.withdrawn_on is not None
        advert.withdrawn_on = None
        advert.last_seen_on = max(advert.last_seen_on, day_of(self.now))
        advert.delivery = self.delivery or advert.delivery
        if advert.digest == row.digest:
            self.taken.counts["back" if back else "same"] += 1
            self._again.append(advert)
        else:
            self.taken.counts["changed"] += 1
            _write_row(advert, row, self.now)
            self._changed.append(advert)
        self._touched.add(advert.post_id)

    def _save_known(self) -> None:
        Advert.objects.bulk_update(
            self._again, ["withdrawn_on", "last_seen_on", "delivery"], batch_size=200
        )
        Advert.objects.bulk_update(
            self._changed,
            [
                "withdrawn_on", "last_seen_on", "delivery", "employer_uscc", "employer_name",
                "title", "body", "wage", "place", "url", "told", "digest", "told_at",
            ],
            batch_size=100,
        )  # fmt: skip

    def _advert(self, row: FeedRow) -> Advert:
        today = day_of(self.now)
        advert = Advert(
            source=self.source,
            source_key=row.key,
            delivery=self.delivery,
            first_seen_on=today,
            last_seen_on=today,
        )
        _write_row(advert, row, self.now)
        return advert

    def join_new(self) -> None:
        """Give each new advert its post: one that stands, one of another new advert, or its own."""
        if not self._new:
            return
        readings = self.desk.read_all([*map(raw_post, self._new)])
        places = [one.place.code or "" for one in readings]
        groups = self._groups(places)
        made = [self._post(self._new[group[0]]) for _, group in groups]
        fresh = [post for (known, _), post in zip(groups, made, strict=True) if known is None]
        Post.objects.bulk_create(fresh, batch_size=100)
        for (known, group), post in zip(groups, made, strict=True):
            for at in group:
                self._new[at].post_id = post.pk if known is None else known
        created = Advert.objects.bulk_create(self._new, batch_size=100)
        for advert, reading in zip(created, readings, strict=True):
            self.readings[advert.pk] = reading
            self._touched.add(advert.post_id)
        self.taken.counts["new"] += len(created)
        self.taken.counts["posts"] += len(fresh)
        self.taken.counts["joined"] += len(created) - len(fresh)

    def _groups(self, places: Sequence[str]) -> list[tuple[int | None, list[int]]]:
        """New adverts that are one post, with the id of the post they join, if there is one.

        Two posts that stand are never made one: people may have applied to both.
        """
        if self.source.kind == Source.Kind.FIRM:
            return self._own_groups(places)
        standing = self._standing({
            (one.employer_uscc, place)
            for one, place in zip(self._new, places, strict=True)
            if one.employer_uscc
        })  # fmt: skip
        told = [told_advert(one, place=place) for one, place in zip(self._new, places, strict=True)]
        told += [told_advert(one, place=place) for one, place in standing]
        count = len(self._new)
        groups: list[tuple[int | None, list[int]]] = []
        for merged in merge_adverts(told):
            new = sorted(at for at in merged.adverts if at < count)
            known = [standing[at - count][0].post_id for at in merged.adverts if at >= count]
            if new:
                groups.append((min(known, default=None), new))
        return groups

    def _own_groups(self, places: Sequence[str]) -> list[tuple[int | None, list[int]]]:
        """A firm's own list has two rows where it has two posts, however alike (two shifts, two
        halls): only what it says word for word again is the same. What a board told of it joins.
        """
        alike: dict[str, list[int]] = {}
        for at, one in enumerate(self._new):
            alike.setdefault(one.digest, []).append(at)
        told_before = Advert.objects.filter(
            source=self.source,
            digest__in=list(alike),
            withdrawn_on=None,
            post__state__in=_JOINABLE,
        )
        said = dict(told_before.order_by("-pk").values_list("digest", "post_id"))
        fresh = [group[0] for digest, group in alike.items() if digest not in said]
        found = self._told_elsewhere(fresh, places)
        return [(said.get(digest) or found.get(group[0]), group) for digest, group in alike.items()]

    def _told_elsewhere(self, fresh: Sequence[int], places: Sequence[str]) -> dict[int, int]:
        """The posts only others told of that these adverts are about, each given once."""
        wanted = {(self._new[at].employer_uscc, places[at]) for at in fresh}
        standing = self._standing({one for one in wanted if one[0]}, but=self.source)
        if not standing:
            return {}
        told = [told_advert(self._new[at], place=places[at]) for at in fresh]
        told += [told_advert(one, place=place) for one, place in standing]
        count = len(fresh)
        found: dict[int, int] = {}
        for merged in merge_adverts(told):
            new = [fresh[at] for at in sorted(merged.adverts) if at < count]
            posts = {standing[at - count][0].post_id for at in merged.adverts if at >= count}
            found |= dict(zip(new, sorted(posts), strict=False))
        return found

    @staticmethod
    def _standing(
        wanted: set[tuple[str, str]], *, but: Source | None = None
    ) -> list[tuple[Advert, str]]:
        """Adverts of posts that stand, of the same employers in the same places.

        ``but``: not of posts this source has told of itself.
        """
        if not wanted:
            return []
        posts = {
            pk: (code, place)
            for pk, code, place in Post.objects.filter(
                employer_uscc__in={code for code, _ in wanted},
                place__in={place for _, place in wanted},
                state__in=_JOINABLE,
            ).values_list("pk", "employer_uscc", "place")
            if (code, place) in wanted
        }
        rows = Advert.objects.filter(post_id__in=list(posts), withdrawn_on=None)
        if but is not None:
            rows = rows.exclude(post_id__in=rows.filter(source=but).values("post_id"))
        return [(one, posts[one.post_id][1]) for one in rows.select_related("source")]

    def _post(self, advert: Advert) -> Post:
        """A row to hold the place; ``write_posts`` fills it."""
        today = day_of(self.now)
        return Post(
            created_at=self.now,
            changed_at=self.now,
            employer_uscc=advert.employer_uscc,
            employer_name=advert.employer_name,
            title=advert.title,
            state=_State.HELD,
            open_from=today,
            open_until=today + timedelta(days=1),
        )

    def finish(self) -> None:
        """Read what changed and write the posts; held ones are told to the source."""
        if self._changed:
            read = self.desk.read_all([*map(raw_post, self._changed)])
            self.readings |= dict(zip((one.pk for one in self._changed), read, strict=True))
        posts = list(Post.objects.filter(pk__in=self._touched))
        codes = {one.employer_uscc for one in (*self._new, *self._changed) if one.employer_uscc}
        firms = _firm_ids(codes)
        self.taken.changed = write_posts(
            posts, desk=self.desk, readings=self.readings, firms=firms, now=self.now
        )
        for advert in (*self._new, *self._changed, *self._again):
            self.taken.posts[advert.source_key] = advert.post_id
        self._remark(posts)

    def _remark(self, posts: Sequence[Post]) -> None:
        by_id = {one.pk: one for one in posts}
        for advert in (*self._new, *self._changed):
            reading = self.readings[advert.pk]
            self.taken.remarks += [(advert.source_key, one) for one in remarks_of(reading)]
            if by_id[advert.post_id].state == _State.HELD:
                self.taken.counts["held"] += 1


def remarks_of(reading: PostReading) -> list[RowTrouble]:
    """What the source should know of a row that was taken."""
    found: list[RowTrouble] = []
    if "wage_not_understood" in reading.questions:
        why = (("why", why_sentence(reading.wage)),)
        found.append(RowTrouble("wage", "noted", "wage_not_understood", why))
    if "place_not_resolved" in reading.questions:
        why = (("why", reading.place.sentence),)
        found.append(RowTrouble("place", "noted", "place_not_resolved", why))
    if "wording_forbidden" in reading.questions:
        said = "、".join(
            dict.fromkeys(
                one.words
                for one in (*reading.title_wording, *reading.wording)
                if one.grade == "forbidden"
            )
        )
        found.append(RowTrouble("body", "held", "wording_forbidden", (("words", said[:120]),)))
    if "fraud_hold" in reading.questions:
        found.append(RowTrouble("body", "held", "fraud_hold"))
    return found


def _write_row(advert: Advert, row: FeedRow, now: datetime) -> None:
    advert.employer_uscc, advert.employer_name = row.employer_uscc, row.employer
    advert.title, advert.body = row.title, row.body
    advert.wage, advert.place, advert.url = row.wage, row.place, row.url
    advert.told, advert.digest, advert.told_at = row.told, row.digest, now


def _firm_ids(codes: Iterable[str]) -> dict[str, UUID]:
    return {code: one.ref.id for code, one in registered_firms(set(codes)).items()}
