"""The sessions of docs/api.md, call by call, with the answers they promise."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from denghuo.benefits.public import set_mapping
from denghuo.platform.worker import drain
from tests.api.programs import staff_key, subject_key
from tests.benefits import offices
from tests.cases import world as w
from tests.cases.pages.counter import JPEG, UNHEARD
from tests.factories.people import HOHHOT, NOW, make_staff
from tests.house.house import ROOT
from tests.ledger import pay_kit as kit

PAGE = ROOT / "docs" / "api.md"
BLOCK = re.compile(r"^```session (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"\$([A-Z]+)")
VALUED = {"-H", "-d", "-F", "-o", "--data-binary"}


def sessions() -> dict[str, list[str]]:
    """The lines of each session, continued ones joined."""
    found: dict[str, list[str]] = {}
    for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        joined = re.sub(r"\\\n\s*", "", text)
        found.setdefault(name, []).extend(_commands(joined))
    return found


def _commands(text: str) -> list[str]:
    """A body in quotes may run over several lines."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and lines[-1].count("'") % 2:
            lines[-1] += "\n" + line
        else:
            lines.append(line)
    return [line for line in lines if line.strip()]


@dataclass
class Shell:
    """Reads curl's own words and makes the call in process."""

    client: Client
    names: dict[str, str]
    files: dict[str, bytes]
    taken: dict[str, bytes] = field(default_factory=dict)

    def run(self, line: str) -> Any:
        """One ``curl`` of a session."""
        program, *words = shlex.split(line)
        assert program == "curl", line
        words = [self.filled(word) for word in words]
        address, options = words[0], list(zip(words[1::2], words[2::2], strict=True))
        assert {name for name, _ in options} <= VALUED, line
        headers = dict(value.split(": ", 1) for name, value in options if name == "-H")
        kind = headers.pop("Content-Type", "application/octet-stream")
        path = address.removeprefix("https://denghuo.test")
        bare = [value for name, value in options if name in {"-d", "--data-binary"}]
        parts = [value.split("=", 1) for name, value in options if name == "-F"]
        if parts:
            answer = self.client.post(path, self.form(parts), headers=headers)
        elif bare:
            body = self.files[bare[0][1:]] if bare[0][0] == "@" else bare[0].encode()
            answer = self.client.generic("POST", path, body, kind, headers=headers)
        else:
            answer = self.client.get(path, headers=headers)
        for name, value in options:
            if name == "-o":
                self.taken[value] = b"".join(cast("StreamingHttpResponse", answer))
        return answer

    def filled(self, text: str) -> str:
        return NAME.sub(lambda found: self.names[found[1]], text)

    def form(self, parts: list[list[str]]) -> dict[str, Any]:
        return {
            name: SimpleUploadedFile(value[1:], self.files[value[1:]]) if value[0] == "@" else value
            for name, value in parts
        }

    def expect(self, promised: str, answer: Any) -> None:
        """``201 {...}``: the status, and a part of the JSON."""
        status, _, text = promised.partition(" ")
        told = "" if answer.streaming else answer.content.decode()
        assert answer.status_code == int(status), told
        if text:
            self.match(json.loads(text), answer.json(), promised)

    def match(self, wanted: Any, found: Any, where: str) -> None:
        """Everything promised is there; a ``$NAME`` is kept, or the same as before."""
        if isinstance(wanted, dict):
            for name, value in wanted.items():
                assert name in found, f"{where}: no {name}"
                self.match(value, found[name], where)
        elif isinstance(wanted, list):
            assert len(wanted) == len(found), f"{where}: {found}"
            for one, other in zip(wanted, found, strict=True):
                self.match(one, other, where)
        elif isinstance(wanted, str) and (name := NAME.fullmatch(wanted)):
            assert self.names.setdefault(name[1], str(found)) == str(found), f"{where}: {found}"
        else:
            assert wanted == found, where


def applicant() -> Shell:
    """A person's program; the register has not heard of the certificate."""
    world = w.make_world(dict(UNHEARD))
    key = subject_key(
        world.subject, scopes=("read", "apply", "documents", "money"), now=timezone.now()
    )
    return _shell(key.key, {"certificate.jpg": JPEG})


def office() -> Shell:
    """An officer's program whose office has sent such a file before."""
    codes = [offices.firm(number) for number in (1, 2, 3)]
    rows = [(code, "企业", said, 12, "9300.00") for code, said in zip(codes, "01两", strict=True)]
    october = offices.csv_bytes([offices.HEADINGS, *rows]).replace("两".encode(), "两个".encode())
    clerk = offices.officer("last-month")
    before = offices.received(clerk, october.replace("两个".encode(), b"2"))
    held = offices.view(before)
    set_mapping(
        actor=clerk,
        import_id=before,
        mapping=held.mapping,
        observed_on=held.observed_on,
        save_as="社保月报",
        now=timezone.now(),
    )
    key = staff_key(make_staff("naren", roles=("officer",), area=HOHHOT), now=timezone.now())
    return _shell(key.key, {"october.csv": october})


def treasury() -> Shell:
    """A treasurer's program; two people have released a file of three payments."""
    kit.endow()
    sent = kit.sent_file(3)
    codes = ("0000", "0000", "E102")
    rows = [(*row, code, "") for row, code in zip(kit.rows_of(sent), codes, strict=True)]
    answer = kit.return_file(sent.form, rows, batch=sent.number)
    key = staff_key(make_staff("wang", roles=("treasurer",), area=HOHHOT), now=timezone.now())
    return _shell(key.key, {"answer.txt": answer})


def _shell(key: str, files: dict[str, bytes]) -> Shell:
    return Shell(Client(), {"SITE": "https://denghuo.test", "KEY": key}, files)


WORLDS: dict[str, tuple[Callable[[], Shell], datetime]] = {
    "applying": (applicant, w.NOW),
    "facts": (office, NOW),
    "bank": (treasury, kit.LATER),
}


def test_every_session_has_a_world() -> None:
    assert set(sessions()) == set(WORLDS)
    assert sum(map(len, sessions().values())) > 50


@pytest.mark.parametrize("name", WORLDS)
def test_a_session_goes_as_it_is_written(
    name: str,
    transactional_db: None,
    data_dir: Path,
    unlimited: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, now = WORLDS[name]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    shell, answer = world(), None
    for line in sessions()[name]:
        if line == "# later":
            drain(now=now)
        elif line.startswith("# "):
            shell.expect(line[2:], answer)
        else:
            answer = shell.run(line)
    if name == "bank":
        assert sha256(shell.taken["pay.txt"]).hexdigest() == shell.names["DIGEST"]
