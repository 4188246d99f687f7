"""PDFs that act on their own are found, however they hide it."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.pdf_screen import pdf_trouble

pytestmark = pytest.mark.no_postgres

PLAIN = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n%%EOF\n"


def _with_object(body: bytes) -> bytes:
    return PLAIN.replace(b"%%EOF", b"3 0 obj\n" + body + b"\nendobj\n%%EOF")


def _object_stream(
    inside: bytes, dictionary: bytes = b"/Type /ObjStm /Filter /FlateDecode", gap: bytes = b"\n"
) -> bytes:
    packed = zlib.compress(inside)
    return _with_object(
        b"<< "
        + dictionary
        + b" /Length "
        + str(len(packed)).encode()
        + b" >>"
        + gap
        + b"stream\n"
        + packed
        + b"\nendstream"
    )


SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def test_a_plain_one_is_kept() -> None:
    assert pdf_trouble(PLAIN) is None
    assert pdf_trouble(_object_stream(b"<< /Type /Page >>")) is None


@pytest.mark.parametrize(
    "body",
    [
        SCRIPT,
        b"<< /S/Launch /F (cmd.exe) >>",
        b"<< /S /Java#53cript /JS (x) >>",
        b"<< /S /#4a#61vaScript /JS (x) >>",
        b"<< /Subtype /RichMedia >>",
        b"<</S/JavaScript/JS 4 0 R>>",
    ],
)
def test_scripts_programs_and_players_are_found(body: bytes) -> None:
    assert pdf_trouble(_with_object(body)) == "active"


@pytest.mark.parametrize("gap", [b"\n", b"", b"\r\n", b" % a comment\n", b"%x\r%y\n"])
@pytest.mark.parametrize(
    "dictionary",
    [
        b"/Type /ObjStm /Filter /FlateDecode",
        b"/Type/ObjStm/Filter[/FlateDecode]",
        b"/Type /Obj#53tm /Filter /Fl",
    ],
)
def test_they_are_found_inside_packed_object_streams(dictionary: bytes, gap: bytes) -> None:
    assert pdf_trouble(_object_stream(SCRIPT, dictionary, gap)) == "active"


@pytest.mark.parametrize(
    "content",
    [
        _object_stream(SCRIPT, b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]"),
        _object_stream(SCRIPT, b"/Type /ObjStm /Filter /SomethingNew"),
        _object_stream(SCRIPT)[:-40] + b"\nendstream",
        _object_stream(b"\x00" * (65 * 1024 * 1024)),
    ],
)
def test_what_cannot_be_looked_into_is_not_believed(content: bytes) -> None:
    assert pdf_trouble(content) == "unreadable"


def test_the_word_endstream_inside_does_not_cut_the_look_short() -> None:
    stored = zlib.compressobj(0)  # not packed: the bytes lie as they are
    packed = stored.compress(b"<< >> endstream " + b" " * 400) + stored.flush()
    content = _with_object(
        b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream"
    )
    assert pdf_trouble(content) == "unreadable"


def test_a_locked_one_is_not_taken() -> None:
    trailer = PLAIN + b"trailer << /Encrypt 9 0 R >>"
    assert pdf_trouble(trailer) == "locked"


@pytest.mark.parametrize(
    "body",
    [b"<< /JavaScriptLike 1 >>", b"(JavaScript)", b"<< /Launcher 1 >>", b"<< /Encrypted 1 >>"],
)
def test_names_that_only_begin_alike_are_harmless(body: bytes) -> None:
    assert pdf_trouble(_with_object(body)) is None


@given(st.binary(max_size=400))
def test_noise_never_crashes_it(noise: bytes) -> None:
    assert pdf_trouble(b"%PDF-1.4 " + noise) in {None, "active", "locked", "unreadable"}


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_script_is_found_whatever_stands_around_it(before: bytes, after: bytes) -> None:
    trouble = pdf_trouble(b"%PDF-1.4 " + before + b" " + SCRIPT + after)
    assert trouble == "active"
