"""Tables of the places room: divisions with history and boundaries, facilities, imports."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from denghuo.places.logic.datum import DATUMS
from denghuo.places.logic.facility_rows import KINDS
from denghuo.places.logic.lineage import CHANGE_KINDS
from denghuo.platform.public import Record

_WGS84_RANGE = Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90)


class Division(Record):
    """One code with one name for one stretch of time (a spell), as the official lists have it.

    ``valid_from`` is null when the start lies before the records; ``valid_until`` is null
    while it is in force. The point says what it stands for: the seat, the town, or, where
    nothing better is known, a point well inside the area, with its accuracy in metres.
    """

    class PointKind(models.TextChoices):
        SEAT = "seat", "驻地"
        TOWN = "town", "镇区"
        AREA = "area", "辖区内一点"
        ABOVE = "above", "上级辖区内一点"

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10)
    parent = models.ForeignKey(
        "places.Division", null=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    # 0-9a-z only, so that every collation sorts them alike (docs/decisions/0024).
    sort_key = models.CharField(max_length=160)
    pinyin = models.CharField(max_length=120)
    initials = models.CharField(max_length=40)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    point_kind = models.CharField(max_length=10, choices=PointKind.choices, blank=True, default="")
    point_accuracy_m = models.PositiveIntegerField(null=True)
    point_source = models.CharField(max_length=200, blank=True, default="")
    area_km2 = models.FloatField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_until=None), name="division_one_in_force"
            ),
            models.UniqueConstraint(fields=["code", "valid_until"], name="division_spell_once"),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gt=F("valid_from")),
                name="division_period_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | _WGS84_RANGE, name="division_point_on_earth"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["level", "sort_key"], name="division_by_level"),
            models.Index(fields=["parent", "sort_key"], name="division_by_parent"),
            models.Index(fields=["pinyin"], name="division_by_pinyin"),
            models.Index(fields=["initials"], name="division_by_initials"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DivisionChange(Record):
    """``new`` stands in the place of ``old`` from ``effective_on`` (known to the year only).

    ``old`` is null for a division that was set up, ``new`` where no successor is recorded.
    """

    old = models.ForeignKey(
        "places.Division", null=True, on_delete=models.PROTECT, related_name="+"
    )
    new = models.ForeignKey(
        "places.Division", null=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=20)
    effective_on = models.DateField()
    source = models.CharField(max_length=300)
    verified = models.BooleanField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(old__isnull=False) | Q(new__isnull=False),
                name="division_change_has_a_side",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CHANGE_KINDS), name="division_change_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new} ({self.effective_on:%Y})"


class Boundary(Record):
    """The area of one division in force: simplified, and drawn as an SVG path.

    ``geometry`` is a GeoJSON MultiPolygon in degrees. Neighbours share their corners exactly.
    """

    division = models.OneToOneField("places.Division", on_delete=models.CASCADE, related_name="+")
    geometry = models.JSONField()
    svg_path = models.TextField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    tolerance_m = models.PositiveIntegerField()
    datum = models.CharField(max_length=10)
    source = models.CharField(max_length=200)
    note = models.CharField(max_length=300)

    def __str__(self) -> str:
        return str(self.division)


class Facility(Record):
    """A place where people are served. The point is kept in WGS-84, whatever it came in.

    ``datum`` is what it came in; ``accuracy_m`` how far off it may be. ``placed_by`` says
    whether the point is the door's or only that of the township or banner. Nothing is
    deleted: a facility that is gone has ``closed_on``.
    """

    class PlacedBy(models.TextChoices):
        GIVEN = "given", "登记的坐标"
        TOWNSHIP = "township", "所在苏木乡镇的位置"
        BANNER = "banner", "所在旗县区的位置"

    register = models.CharField(max_length=80)
    external_key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    services = models.JSONField(default=list)
    hours = models.JSONField(default=dict)
    address = models.CharField(max_length=200, blank=True, default="")
    division = models.ForeignKey("places.Division", on_delete=models.PROTECT, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    datum = models.CharField(max_length=10)
    accuracy_m = models.PositiveIntegerField()
    placed_by = models.CharField(max_length=10, choices=PlacedBy.choices)
    phone = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=200)
    owner = models.CharField(max_length=120)
    review_on = models.DateField()
    closed_on = models.DateField(null=True)
    updated_at = models.DateTimeField()
    row_digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["register", "external_key"], name="facility_once_per_register"
            ),
            models.CheckConstraint(condition=_WGS84_RANGE, name="facility_point_on_earth"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="facility_kind_known"),
            models.CheckConstraint(condition=Q(datum__in=DATUMS), name="facility_datum_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lat", "lon"], name="facility_by_place"),
            models.Index(fields=["kind", "lat", "lon"], name="facility_by_kind_and_place"),
            models.Index(fields=["division", "kind"], name="facility_by_division"),
        ]

    def __str__(self) -> str:
        return self.name


class FacilityImport(Record):
    """An uploaded list: read and checked, shown, and applied only when a person says so."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", "待确认"
        APPLIED = "applied", "已导入"
        DROPPED = "dropped", "已放弃"

    register = models.CharField(max_length=80)
    file_name = models.CharField(max_length=120)
    file_digest = models.CharField(max_length=64)
    uploaded_by = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    rows = models.JSONField()
    report = models.JSONField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["uploaded_by", "-created_at"], name="import_by_uploader"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.file_name}"
