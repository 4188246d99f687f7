"""Looking for malware: the port, the protocol of clamd, and a stand-in.

The stand-in knows one signature, the harmless EICAR test text, and so proves that the way
works; it protects nobody. ``DENGHUO_CLAMD`` (``host:port`` or a socket's path) names a real one.
"""

from __future__ import annotations

import socket
import struct
import zipfile
from dataclasses import dataclass
from typing import IO, Literal, Protocol

from django.conf import settings

Verdict = Literal["clean", "infected"]
CHUNK_BYTES = 256 * 1024
TIMEOUT_SECONDS = 60
# In two parts, so that no scanner takes this file for the test text itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_MEMBER_BYTES_MAX = 64 * 1024 * 1024


class ScannerAwayError(Exception):
    """No verdict; the file must wait."""


class Scanner(Protocol):
    """Looks at the bytes of one file."""

    def scan(self, content: IO[bytes]) -> Verdict:
        """Read ``content`` from its start. Raises ``ScannerAwayError``."""


def scanner() -> Scanner:
    """The scanner that the settings name, else the stand-in."""
    if settings.CLAMD:
        return ClamdScanner(settings.CLAMD)
    return TestTextScanner()


@dataclass(frozen=True, slots=True)
class TestTextScanner:
    """Finds the EICAR test text, also inside the parts of a zipped file."""

    __test__ = False  # the name is about the text, not for pytest

    def scan(self, content: IO[bytes]) -> Verdict:
        """See ``Scanner.scan``."""
        content.seek(0)
        if _holds_test_text(content):
            return "infected"
        content.seek(0)
        if not zipfile.is_zipfile(content):
            return "clean"
        content.seek(0)
        with zipfile.ZipFile(content) as archive:
            for entry in archive.infolist():
                if entry.file_size > _MEMBER_BYTES_MAX:
                    continue
                try:
                    with archive.open(entry) as part:
                        if _holds_test_text(part):
                            return "infected"
                except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
                    continue  # unreadable parts are the kind check's to refuse
        return "clean"


@dataclass(frozen=True, slots=True)
class ClamdScanner:
    """A clamd reached by its INSTREAM command: length-prefixed pieces, then one line back."""

    address: str

    def scan(self, content: IO[bytes]) -> Verdict:
        """See ``Scanner.scan``."""
        content.seek(0)
        try:
            with self._connect() as line:
                line.sendall(b"zINSTREAM\x00")
                while piece := content.read(CHUNK_BYTES):
                    line.sendall(struct.pack("!I", len(piece)) + piece)
                line.sendall(struct.pack("!I", 0))
                answer = _read_answer(line)
        except OSError as away:
            raise ScannerAwayError(type(away).__name__) from None
        if answer.endswith(b"FOUND"):
            return "infected"
        if answer == b"stream: OK":
            return "clean"
        raise ScannerAwayError("an answer that says neither")

    def _connect(self) -> socket.socket:
        if self.address.startswith("/"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(TIMEOUT_SECONDS)
            try:
                line.connect(self.address)
            except OSError:
                line.close()
                raise
            return line
        host, _colon, port = self.address.rpartition(":")
        if not port.isdecimal():
            raise ScannerAwayError("DENGHUO_CLAMD must be host:port or a socket's path")
        return socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)


def _read_answer(line: socket.socket) -> bytes:
    answer = b""
    while len(answer) < 4096 and not answer.endswith(b"\x00"):
        piece = line.recv(4096)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\x00\n")


def _holds_test_text(content: IO[bytes]) -> bool:
    tail = b""
    while chunk := content.read(CHUNK_BYTES):
        if EICAR in tail + chunk:
            return True
        tail = chunk[-len(EICAR) :]
    return False
