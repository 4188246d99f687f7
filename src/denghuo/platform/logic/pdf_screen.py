"""Whether a PDF can do things on its own: scripts, starting programs, players.

Looks at the names of objects, in the file as it lies and inside its compressed object
streams; a name's letters may be written as ``#xx`` and are read back first. What cannot be
looked into (encrypted, an unknown packing) is not believed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Literal

PdfTrouble = Literal["active", "locked", "unreadable"]
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
_ENDS_A_NAME = rb"(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|RichMedia|Movie|Rendition)" + _ENDS_A_NAME)
_LOCKED = re.compile(rb"/Encrypt" + _ENDS_A_NAME)
_OBJECT_STREAM = re.compile(rb"/ObjStm" + _ENDS_A_NAME)
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)" + _ENDS_A_NAME)
_FILTER = re.compile(rb"/(?:Filter|F)" + _ENDS_A_NAME)
_OTHER_PACKING = re.compile(
    rb"/(?:ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt|AHx|A85|LZW|RL)"
    + _ENDS_A_NAME
)
_STREAM = re.compile(rb">>(?:[\x00\t\n\x0c\r ]|%[^\r\n]*[\r\n])*stream(?:\r\n|\n|\r)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_DICTIONARY_BYTES_MAX = 4096


def pdf_trouble(content: bytes) -> PdfTrouble | None:
    """What stands against keeping this PDF, or nothing."""
    plain = _unescaped(content)
    if _ACTIVE.search(plain):
        return "active"
    if _LOCKED.search(plain):
        return "locked"
    try:
        for inside in _object_streams(content):
            if _ACTIVE.search(_unescaped(inside)):
                return "active"
    except zlib.error:
        return "unreadable"
    return None


def _unescaped(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _object_streams(content: bytes) -> Iterator[bytes]:
    left = UNPACKED_BYTES_MAX
    for found in _STREAM.finditer(content):
        before = content[max(0, found.start() - _DICTIONARY_BYTES_MAX) : found.end()]
        dictionary = _unescaped(before[before.rfind(b" obj") + 1 :])
        if not _OBJECT_STREAM.search(dictionary):
            continue
        if _OTHER_PACKING.search(dictionary):
            raise zlib.error("packed in a way that hides it")
        if not _FLATE.search(dictionary):
            if _FILTER.search(dictionary):
                raise zlib.error("packed in a way that hides it")
            continue  # not packed: its names were seen in the file itself
        end = content.find(b"endstream", found.end())
        unpacker = zlib.decompressobj()
        inside = unpacker.decompress(content[found.end() : max(end, found.end())], left)
        left -= len(inside)
        if left <= 0 or not unpacker.eof:
            # Too much, or cut short: the word "endstream" may stand inside on purpose.
            raise zlib.error("more inside than can be looked at")
        yield inside
