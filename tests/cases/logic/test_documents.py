"""Pages are counted however the file packs them."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.cases.logic.documents import (
    TooManyFilesError,
    TooManyPagesError,
    demand_pages,
    demand_room,
    page_count,
)

pytestmark = pytest.mark.no_postgres
PDF = "application/pdf"


def plain_pdf(pages: int) -> bytes:
    tree = b"<< /Type /Pages /Kids [] /Count %d >>" % pages
    return b"%PDF-1.4\n1 0 obj\n" + tree + b"\nendobj\n" + b"<< /Type /Page >>\n" * pages


def packed_pdf(pages: int) -> bytes:
    inside = zlib.compress(b"<</Count %d/Kids[]/Type/Pages>>" % pages)
    head = b"5 0 obj\n<</Type/ObjStm/Filter/FlateDecode/Length %d>>\nstream\n" % len(inside)
    return b"%PDF-1.5\n" + head + inside + b"\nendstream\nendobj\n"


@pytest.mark.parametrize("pages", [1, 31, 4000])
def test_pages_are_counted(pages: int) -> None:
    assert page_count(plain_pdf(pages), PDF) == pages
    assert page_count(packed_pdf(pages), PDF) == pages


def test_leaves_are_counted_where_the_tree_has_no_count() -> None:
    assert page_count(b"%PDF-1.4\n<< /Type /Page >><</Type/Page/X 1>>", PDF) == 2


def test_a_picture_is_one_page_and_what_hides_them_is_not_guessed() -> None:
    assert page_count(b"\xff\xd8\xff", "image/jpeg") == 1
    assert page_count(b"%PDF-1.4 nothing", PDF) is None
    assert page_count(b"PK", "application/zip") is None


def test_limits() -> None:
    demand_pages(30, 30)
    demand_pages(None, 30)
    with pytest.raises(TooManyPagesError):
        demand_pages(31, 30)
    demand_room(2, 3)
    with pytest.raises(TooManyFilesError):
        demand_room(3, 3)


@given(st.binary(max_size=400))
def test_no_bytes_crash_it(content: bytes) -> None:
    page_count(b"%PDF-1.4\n" + content, PDF)
    page_count(b"%PDF 1 0 obj<</Type/ObjStm>>stream\n" + content, PDF)
