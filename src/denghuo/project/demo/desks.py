"""Put the members of staff at their desks, and the paper that one of them acts on."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from datetime import timedelta

from django.core.files.base import ContentFile

from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import NewPerson, create_staff, give_mandate, mark_persona
from denghuo.platform.public import SYSTEM, Actor, store_file
from denghuo.project.demo.casting import Stage
from denghuo.project.demo.identities import demo_id
from denghuo.project.demo.staff import STAFF


def cast_staff(stage: Stage, people: Mapping[str, NewPerson]) -> dict[str, Actor]:
    """The accounts; nobody knows their passwords, they are stepped into. By key, as actors.

    A clerk finds people by their card, so the story hands the visitor a made-up one.
    """
    actors: dict[str, Actor] = {}
    for order, one in enumerate(STAFF):
        area = Region.read(one.area)
        login = f"demo-{one.key}"
        staff_id = create_staff(
            login=login,
            name=one.name,
            office=one.office,
            roles=one.roles,
            area=area,
            password=None,
            actor=SYSTEM,
            now=stage.now,
        )
        mark_persona(
            key=f"staff-{one.key}",
            group=one.group,
            title=one.title,
            story=one.story + _card(people, one.key),
            order=order,
            staff_id=staff_id,
        )
        actors[one.key] = Actor(
            kind="staff",
            staff_id=staff_id,
            name=one.name,
            roles=frozenset(one.roles),
            area=area,
            demo=True,
        )
    _mandate_on_paper(stage, actors["station"])
    return actors


def _card(people: Mapping[str, NewPerson], desk: str) -> str:
    shown = {"station": "elder", "officer": "founder"}.get(desk)
    if shown is None:
        return ""
    person = people[shown]
    return f"可以查{person.name}（编造的身份证号 {person.id_number.text}）。"


def _mandate_on_paper(stage: Stage, clerk: Actor) -> None:
    """The elder has signed for the clerk of his sumu; the photo of the paper is kept."""
    elder = SubjectRef("person", demo_id("person", "elder"))
    paper = store_file(
        actor=clerk,
        owner=elder,
        upload=ContentFile(signed_paper(), name="委托书（演示）.png"),
        now=stage.now,
    )
    give_mandate(
        giver=elder,
        scopes=("read", "apply", "documents"),
        start_on=stage.today,
        until_on=stage.today + timedelta(days=30),
        how="paper",
        to_staff=clerk.staff_id,
        paper_id=paper.id,
        actor=clerk,
        now=stage.now,
    )


def signed_paper() -> bytes:
    """A picture of a written and signed sheet, in the shape of A4, as a PNG in grey."""
    width, height = 420, 594
    rows = bytearray()
    for y in range(height):
        line = bytearray(b"\xfa" * width)
        if 80 < y < 480 and y % 28 < 3:
            _ink(line, 40, width - 40 - (y * 37) % 90)
        elif 510 < y < 560:
            _ink(line, 250 + (y * 13) % 60, 256 + (y * 13) % 60)
        rows += b"\0" + line
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _ink(line: bytearray, start: int, end: int) -> None:
    line[start:end] = b"\x40" * (end - start)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
