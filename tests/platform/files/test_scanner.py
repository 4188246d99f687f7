"""The way to a scanner works: clamd's protocol over a real connection, and the test text."""

from __future__ import annotations

import io
import socket
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from denghuo.platform.files.scanner import (
    CHUNK_BYTES,
    EICAR,
    ClamdScanner,
    ScannerAwayError,
    TestTextScanner,
)

pytestmark = pytest.mark.no_postgres


@contextmanager
def _clamd(answer: bytes | None, *, unix: Path | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """One conversation with a clamd that says ``answer``, or what it finds itself."""
    if unix:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(unix))
        listening.listen()
        address = str(unix)
    else:
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    got: list[bytes] = []

    def serve() -> None:
        line, _ = listening.accept()
        with line, line.makefile("rb") as reading:
            assert reading.read(10) == b"zINSTREAM\x00"
            while size := struct.unpack("!I", reading.read(4))[0]:
                got.append(reading.read(size))
            found = (
                b"stream: Eicar-Test-Signature FOUND" if EICAR in b"".join(got) else b"stream: OK"
            )
            line.sendall((found if answer is None else answer) + b"\x00")

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield address, got
    finally:
        thread.join(timeout=5)
        listening.close()


def test_the_whole_file_goes_to_clamd_in_pieces() -> None:
    content = bytes(range(256)) * 3000
    with _clamd(None) as (address, got):
        assert ClamdScanner(address).scan(io.BytesIO(content)) == "clean"
    assert b"".join(got) == content
    assert max(len(piece) for piece in got) <= CHUNK_BYTES
    assert len(got) > 1


def test_clamd_finds_something_also_over_a_unix_socket(tmp_path: Path) -> None:
    with _clamd(None, unix=tmp_path / "clamd") as (address, _got):
        assert ClamdScanner(address).scan(io.BytesIO(b"x" + EICAR)) == "infected"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b""])
def test_an_answer_that_says_neither_is_no_verdict(answer: bytes) -> None:
    with _clamd(answer) as (address, _got), pytest.raises(ScannerAwayError):
        ClamdScanner(address).scan(io.BytesIO(b"x"))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd", "nonsense"])
def test_nobody_there_is_no_verdict(address: str) -> None:
    with pytest.raises(ScannerAwayError):
        ClamdScanner(address).scan(io.BytesIO(b"x"))


def _zipped(content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"harmless", "clean"),
        (EICAR, "infected"),
        (b"x" * (CHUNK_BYTES - 20) + EICAR, "infected"),  # over the edge of two pieces
        (_zipped(b"harmless"), "clean"),
        (_zipped(EICAR), "infected"),
        (EICAR[:-1], "clean"),
    ],
)
def test_the_stand_in_finds_the_test_text(content: bytes, verdict: str) -> None:
    assert TestTextScanner().scan(io.BytesIO(content)) == verdict
