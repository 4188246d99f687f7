"""Count rows and read the very same rows: how a room lets its tables be measured.

A room describes once which rows count, on which day, where, for whom and for how much
(``CountedRows``), and hands the description out by its door. Sums and lists are made from
that one description; nothing but frozen values comes out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any, Literal

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    Expression,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Substr
from django.db.models.sql.compiler import SQLCompiler

from denghuo.kernel.clock import SHANGHAI, day_of
from denghuo.kernel.counted import NOTHING, Counted, CountedRow
from denghuo.kernel.period import Period
from denghuo.kernel.region import Region

# A whole region is not filtered by area: rows whose place nobody wrote down count there too.
_WHOLE = "province"
_CHUNK = 2_000
_NO_PART = -1
Term = str | Combinable
RowValues = dict[str, Any]
Met = Literal["", "yes", "no"]


def _text(values: RowValues) -> str:
    return str(values["c_label"] or "")


@dataclass(frozen=True, slots=True)
class CountedRows:
    """Which rows count, and what each says.

    ``rows`` makes the queryset (called each time); ``key`` is the model's name for people
    (``people.Person``). ``at`` is the field of the day or (``instants``) the instant that counts.
    ``area`` is an expression for the 12-digit code, or None where rows have no place.
    ``subject`` is an expression for whom it was about and ``subject_kind`` its word (a text, or
    an expression where rows differ); an empty kind: the subject is its own text form.
    ``gone``, a field of days, makes it a stock: a row counts at the end of a period when it was
    there by then and not gone. ``shown`` turns the label's value into what a list may show.
    ``version`` grows whenever the description changes.
    """

    key: str
    rows: Callable[[], QuerySet[Any]]
    at: str
    instants: bool = True
    area: Term | None = None
    subject: Term | None = None
    subject_kind: str | Combinable = ""
    amount: Term | None = None
    met: Q | None = None
    label: Term | None = None
    shown: Callable[[RowValues], str] = _text
    gone: str | None = None
    version: int = 1

    @property
    def once(self) -> bool:
        """Whether every row is a subject of its own, so that nobody is there twice."""
        return self.subject == "pk"

    @property
    def placed(self) -> bool:
        """Whether rows say where they belong."""
        return self.area is not None

    def total(self, span: Period, area: Region) -> Counted:
        """The figure of one period and one area."""
        return self.parts([span], area)[0]

    def parts(
        self, spans: Sequence[Period], area: Region, *, subjects: bool = True
    ) -> list[Counted]:
        """The figures of several periods (months, say) of one area, in their order, in one look.

        ``subjects=False`` leaves the different subjects uncounted (zero): telling them apart is
        the dearest part of it.
        """
        if self.gone is not None or len(spans) < 2:
            return [self._one(self._within(span, area), subjects=subjects) for span in spans]
        hull = Period(min(span.start for span in spans), _last_until(spans))
        rows = self._within(hull, area).annotate(c_part=self._part(spans))
        grouped = self._grouped(rows, "c_part", subjects=subjects)
        found = {one.pop("c_part"): self._counted(one) for one in grouped}
        return [found.get(number, NOTHING) for number in range(len(spans))]

    def by_area(self, span: Period, area: Region, *, digits: int) -> dict[str, Counted]:
        """The figures of the areas inside one area, by the first ``digits`` of their code.

        Rows that say no place stand under the empty text.
        """
        if not self.placed:
            return {"": self.total(span, area)}
        rows = self._within(span, area).annotate(c_area=Substr("c_place", 1, digits))
        return {one.pop("c_area"): self._counted(one) for one in self._grouped(rows, "c_area")}

    def page(
        self, span: Period, area: Region, *, first: int, many: int, met: Met = ""
    ) -> tuple[CountedRow, ...]:
        """Rows ``first`` to ``first + many``, the latest first."""
        rows = self._listed(span, area, met)[first : first + many]
        return tuple(self._row(one) for one in rows)

    def stream(self, span: Period, area: Region, *, met: Met = "") -> Iterator[CountedRow]:
        """All rows, the latest first, read in pieces."""
        for one in self._listed(span, area, met).iterator(chunk_size=_CHUNK):
            yield self._row(one)

    def _one(self, rows: QuerySet[Any], *, subjects: bool = True) -> Counted:
        return self._counted(rows.aggregate(**self._sums(subjects=subjects)))

    def _grouped(
        self, rows: QuerySet[Any], name: str, *, subjects: bool = True
    ) -> Iterator[RowValues]:
        # order_by(): a model's own ordering would join the grouping.
        yield from rows.order_by().values(name).annotate(**self._sums(subjects=subjects))

    def _counted(self, sums: RowValues) -> Counted:
        return Counted(
            rows=sums["n_rows"],
            subjects=sums["n_rows"] if self.once else sums.get("n_subjects", 0),
            amount_fen=sums.get("n_amount") or 0,
            met=sums.get("n_met", 0),
        )

    def _sums(self, *, subjects: bool = True) -> dict[str, Any]:
        # Not Count("pk"): it would read every row where an index has all that is asked.
        sums: dict[str, Any] = {"n_rows": Count("*")}
        if subjects and self.subject is not None and not self.once:
            sums["n_subjects"] = Count("c_subject", distinct=True)
        if self.amount is not None:
            sums["n_amount"] = Sum("c_amount")
        if self.met is not None:
            sums["n_met"] = Count("pk", filter=self.met)
        return sums

    def _within(self, span: Period, area: Region) -> QuerySet[Any]:
        rows = self.rows().filter(self._in_span(span))
        if self.area is not None:
            place = Coalesce(_term(self.area), Value(""), output_field=CharField())
            rows = rows.annotate(c_place=place)
            if area.level != _WHOLE:
                rows = rows.filter(c_place__startswith=area.prefix)
        elif area.level != _WHOLE:
            rows = rows.none()  # nobody can say which of them belong here
        if self.subject is not None:
            rows = rows.annotate(c_subject=_term(self.subject))
        if self.amount is not None:
            rows = rows.annotate(c_amount=_term(self.amount))
        return rows

    def _in_span(self, span: Period) -> Q:
        if self.gone is None:
            return self._after(self.at, span.start) & self._before(self.at, span.until)
        still = Q(**{f"{self.gone}__isnull": True}) | ~self._before(self.gone, span.until)
        return self._before(self.at, span.until) & still

    def _after(self, field: str, day: date) -> Q:
        return Q(**{f"{field}__gte": self._edge(field, day)})

    def _before(self, field: str, day: date | None) -> Q:
        return Q() if day is None else Q(**{f"{field}__lt": self._edge(field, day)})

    def _edge(self, field: str, day: date) -> date | datetime:
        """Where a day begins: a day for a field of days, midnight in Shanghai for instants."""
        if field == self.gone or not self.instants:
            return day
        return datetime.combine(day, time(), tzinfo=SHANGHAI)

    def _part(self, spans: Sequence[Period]) -> Expression:
        # One span behind the other, all inside their hull: where each ends says enough.
        ends = spans[-1].until is not None and all(
            one.until == after.start for one, after in pairwise(spans)
        )
        whens = [
            When(
                self._before(self.at, span.until) if ends else self._in_span(span),
                then=Value(number),
            )
            for number, span in enumerate(spans)
        ]
        return Case(*whens, default=Value(_NO_PART), output_field=IntegerField())

    def _listed(self, span: Period, area: Region, met: Met) -> QuerySet[Any, RowValues]:
        rows = self._within(span, area)
        if self.met is not None:
            kept = Case(When(self.met, then=True), default=False, output_field=BooleanField())
            rows = rows.annotate(c_met=kept)
            if met:
                rows = rows.filter(c_met=met == "yes")
        names: dict[str, Any] = {"c_at": F(self.at)}
        if self.label is not None:
            names["c_label"] = _term(self.label)
        if isinstance(self.subject_kind, Combinable):
            names["c_kind"] = self.subject_kind
        wanted = [
            *(["c_place"] if self.placed else []),
            *(["c_subject"] if self.subject is not None else []),
            *(["c_amount"] if self.amount is not None else []),
            *(["c_met"] if self.met is not None else []),
        ]
        return rows.order_by(f"-{self.at}", "pk").values("pk", *wanted, **names)

    def _row(self, one: RowValues) -> CountedRow:
        at = one["c_at"]
        subject = one.get("c_subject")
        kind = one.get("c_kind", self.subject_kind)
        return CountedRow(
            key=f"{self.key}:{one['pk']}",
            subject=(f"{kind}:{subject}" if kind else str(subject)) if subject else "",
            area=one.get("c_place", ""),
            day=day_of(at) if self.instants else at,
            amount_fen=one.get("c_amount"),
            met=one.get("c_met"),
            label=self.shown(one) if self.label is not None else "",
        )


def _last_until(spans: Sequence[Period]) -> date | None:
    ends = [span.until for span in spans]
    return None if None in ends else max(end for end in ends if end is not None)


class LocalDay(Func):
    """The day of an instant where the people live, by the database's own function.

    ``TruncDate`` calls back into Python for each row on the embedded engine, which is twenty
    times slower over a season. The zone has had no summer time since 1991.
    """

    output_field = DateField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="date(%(expressions)s, '+8 hours')", **context
        )

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        template = "((%(expressions)s) AT TIME ZONE 'Asia/Shanghai')::date"
        return self.as_sql(compiler, connection, template=template, **context)


def _term(term: Term) -> Any:
    return F(term) if isinstance(term, str) else term
