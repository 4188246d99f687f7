"""The bytes decide, not the name."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.logic import file_kinds as kinds
from denghuo.platform.logic.file_kinds import (
    DOCUMENT_KINDS,
    KINDS,
    TABLE_KINDS,
    Kind,
    check_content,
    kind_by_ending,
)

pytestmark = pytest.mark.no_postgres
ALL: tuple[Kind, ...] = tuple(kind.kind for kind in KINDS)


def _office(folder: str, *more: str, content: bytes = b"<x/>") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", f"{folder}/document.xml", *more):
            archive.writestr(name, content)
    return held.getvalue()


GOOD: dict[str, bytes] = {
    "jpg": b"\xff\xd8\xff\xe0" + b"\x00" * 100,
    "jpeg": b"\xff\xd8\xff\xe1" + b"\x00" * 100,
    "png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "pdf": b"%PDF-1.7\n<< >>\n%%EOF",
    "docx": _office("word"),
    "xlsx": _office("xl"),
    "csv": "统一社会信用代码,人数\n91150100MA0000000X,3\n".encode(),
    "parquet": b"PAR1" + b"\x00" * 20 + b"PAR1",
}
HEIC = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100


def _check(ending: str, content: bytes) -> None:
    check_content(
        io.BytesIO(content),
        claimed=kind_by_ending(ending, ALL),
        ending=ending,
        size=len(content),
    )


@pytest.mark.parametrize("ending", GOOD)
def test_good_files_pass(ending: str) -> None:
    _check(ending, GOOD[ending])


@pytest.mark.parametrize("ending", GOOD)
@pytest.mark.parametrize("other", GOOD)
def test_a_file_under_another_name_is_refused(ending: str, other: str) -> None:
    same = kind_by_ending(ending, ALL) == kind_by_ending(other, ALL)
    text_in_text = ending == "csv" and other == "pdf"  # a PDF of text alone is text as well
    if same or text_in_text:
        return
    with pytest.raises((kinds.FileMismatchError, kinds.BrokenFileError)):
        _check(ending, GOOD[other])


@pytest.mark.parametrize(
    ("ending", "content", "refusal"),
    [
        ("jpg", b"", kinds.EmptyFileError),
        ("jpg", HEIC, kinds.HeicPhotoError),
        ("pdf", b"%PDF-1.7 /S /JavaScript ", kinds.ActivePdfError),
        ("pdf", b"%PDF-1.7 /Encrypt 1 0 R", kinds.LockedFileError),
        ("docx", _office("xl"), kinds.FileMismatchError),
        ("docx", _office("word", "word/vbaProject.bin"), kinds.MacroFileError),
        ("xlsx", _office("xl")[:-30], kinds.BrokenFileError),
        ("xlsx", _office("xl", content=b"\x00" * 20_000_000), kinds.BrokenFileError),
        ("csv", b"a,b\n\x00\x01", kinds.FileMismatchError),
        ("csv", b"\xff\xfe\xfd\xff\xff", kinds.FileMismatchError),
        ("parquet", b"PAR1", kinds.FileMismatchError),
    ],
)
def test_bad_files_are_refused_with_their_own_sentence(
    ending: str, content: bytes, refusal: type[RefusalError]
) -> None:
    with pytest.raises(refusal) as refused:
        _check(ending, content)
    assert refused.value.sentence.endswith("。")


def test_an_encrypted_part_is_refused() -> None:
    content = bytearray(_office("word"))
    place = content.find(b"PK\x01\x02")  # the first entry of the directory: its flags
    content[place + 8] |= 1
    with pytest.raises(kinds.LockedFileError):
        _check("docx", bytes(content))


def test_old_chinese_encodings_of_tables_are_read() -> None:
    _check("csv", "单位名称,人数\n呼和浩特市某某商店,3\n".encode("gb18030") * 20_000)


def test_a_character_cut_by_the_reading_in_pieces_is_no_error() -> None:
    _check("csv", ("a" + "灯" * 200_000).encode())


def test_more_than_the_limit_is_refused_by_size_alone() -> None:
    claimed = kind_by_ending("png", ALL)
    with pytest.raises(kinds.FileTooLargeError) as refused:
        check_content(
            io.BytesIO(GOOD["png"]), claimed=claimed, ending="png", size=claimed.bytes_max + 1
        )
    assert refused.value.sentence.startswith("文件太大：最多 10 MB")


@pytest.mark.parametrize("ending", ["exe", "html", "svg", "zip", "doc", ""])
def test_other_kinds_are_refused_and_the_right_ones_named(ending: str) -> None:
    with pytest.raises(kinds.FileKindError) as refused:
        kind_by_ending(ending, DOCUMENT_KINDS)
    assert "jpg、png、pdf、docx、xlsx" in refused.value.sentence


def test_tables_and_documents_are_taken_at_different_doors() -> None:
    assert kind_by_ending("parquet", TABLE_KINDS).kind == "parquet"
    with pytest.raises(kinds.FileKindError):
        kind_by_ending("parquet", DOCUMENT_KINDS)
    with pytest.raises(kinds.HeicPhotoError, match="截屏"):
        kind_by_ending("heic", DOCUMENT_KINDS)


@given(st.binary(max_size=300), st.sampled_from(sorted(GOOD)))
def test_noise_is_refused_or_taken_and_never_crashes(noise: bytes, ending: str) -> None:
    for content in (noise, GOOD[ending][:8] + noise):
        try:
            _check(ending, content)
        except RefusalError:
            continue
