"""Documents that go with an application: how many pages, how many files, which kinds.

What the bytes are, whether they carry a script or a virus, the platform's file store says; here
stands what the desk can read: an officer with a file of nine hundred pages reads none of them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from denghuo.kernel.refusal import RefusalError

UNPACKED_BYTES_MAX = 16 * 1024 * 1024
_PAGES = re.compile(rb"/Type\s*/Pages\b")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})\b")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
_STREAM = re.compile(rb">>\s*stream\r?\n")
_DICTIONARY_BYTES_MAX = 1024


class TooManyPagesError(RefusalError):
    """More pages than anybody reads."""

    code = "cases.too_many_pages"
    template = "这份文件有 {pages} 页，最多收 {limit} 页。请只交要用的那几页。"


class TooManyFilesError(RefusalError):
    """More files than the question takes."""

    code = "cases.too_many_files"
    template = "这一项最多交 {limit} 个文件。请先去掉一个，再传新的。"


def demand_pages(pages: int | None, limit: int) -> None:
    """Raise ``TooManyPagesError``; a number that could not be counted passes."""
    if pages is not None and pages > limit:
        raise TooManyPagesError(pages=pages, limit=limit)


def demand_room(files: int, limit: int) -> None:
    """Raise ``TooManyFilesError`` when ``files`` are there already."""
    if files >= limit:
        raise TooManyFilesError(limit=limit)


def page_count(content: bytes, content_type: str) -> int | None:
    """Pages of a PDF, one for a picture, None for what has no fixed pages or hides them."""
    if content_type.startswith("image/"):
        return 1
    if content_type != "application/pdf":
        return None
    parts = [content, *_object_streams(content)]
    # The root of the page tree counts all below it; where none is found the leaves are counted.
    counted = [int(each) for part in parts for each in _counts(part)]
    leaves = sum(len(_PAGE.findall(part)) for part in parts)
    return max(counted, default=0) or leaves or None


def _counts(part: bytes) -> Iterator[bytes]:
    """The ``/Count`` of each dictionary that is a node of the page tree."""
    for found in _PAGES.finditer(part):
        start = part.rfind(b"<<", 0, found.start())
        end = part.find(b">>", found.end())
        near = part[max(start, 0) : end if end >= 0 else len(part)]
        count = _COUNT.search(near[-_DICTIONARY_BYTES_MAX * 64 :])
        if count:
            yield count[1]


def _object_streams(content: bytes) -> Iterator[bytes]:
    left = UNPACKED_BYTES_MAX
    for found in _STREAM.finditer(content):
        dictionary = content[max(0, found.start() - _DICTIONARY_BYTES_MAX) : found.start()]
        if not _OBJECT_STREAM.search(dictionary[dictionary.rfind(b" obj") + 1 :]):
            continue
        unpacker = zlib.decompressobj()
        try:
            inside = unpacker.decompress(content[found.end() :], left)
        except zlib.error:
            continue
        left -= len(inside)
        yield inside
        if left <= 0:
            return
