"""Which files may be brought, and what their bytes must say.

The ending says what a person thinks it is, the bytes say what it is; both must agree, for a
page that trusts the ending alone serves whatever an attacker calls ``.jpg``.
"""

from __future__ import annotations

import codecs
import zipfile
from dataclasses import dataclass
from typing import IO, Literal

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.logic.pdf_screen import pdf_trouble

MEGABYTE = 1024 * 1024
HEAD_BYTES = 64
ZIP_ENTRIES_MAX = 10_000
ZIP_UNPACKED_BYTES_MAX = 500 * MEGABYTE
ZIP_RATIO_MAX = 300  # sheets of zeros pack 100-fold; bombs a thousandfold and more
_TEXT_CHUNK = 256 * 1024

Kind = Literal["jpeg", "png", "pdf", "docx", "xlsx", "csv", "parquet"]


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind: its endings, its type, and how large it may be."""

    kind: Kind
    endings: tuple[str, ...]
    content_type: str
    bytes_max: int


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = (
    FileKind("jpeg", ("jpg", "jpeg"), "image/jpeg", 10 * MEGABYTE),
    FileKind("png", ("png",), "image/png", 10 * MEGABYTE),
    FileKind("pdf", ("pdf",), "application/pdf", 20 * MEGABYTE),
    FileKind("docx", ("docx",), f"{_OFFICE}wordprocessingml.document", 20 * MEGABYTE),
    FileKind("xlsx", ("xlsx",), f"{_OFFICE}spreadsheetml.sheet", 50 * MEGABYTE),
    FileKind("csv", ("csv",), "text/csv", 200 * MEGABYTE),
    FileKind("parquet", ("parquet",), "application/vnd.apache.parquet", 1024 * MEGABYTE),
)
DOCUMENT_KINDS: tuple[Kind, ...] = ("jpeg", "png", "pdf", "docx", "xlsx")
TABLE_KINDS: tuple[Kind, ...] = ("csv", "xlsx", "parquet")
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"heim", b"heis"})


class EmptyFileError(RefusalError):
    """Nothing in it."""

    code = "platform.file_empty"
    template = "文件是空的。请打开看看，再选一次。"


class FileTooLargeError(RefusalError):
    """More bytes than the kind may have."""

    code = "platform.file_too_large"
    template = "文件太大：最多 {limit} MB。照片可以拍小一点，材料可以分成几份传。"
    status = 413


class FileKindError(RefusalError):
    """A kind that is not taken here."""

    code = "platform.file_kind"
    template = "这里不收这种文件。可以传：{kinds}。"


class FileMismatchError(RefusalError):
    """The bytes are not what the ending says."""

    code = "platform.file_mismatch"
    template = "文件名的结尾是 .{ending}，里面的内容却不是。请用原来的软件重新保存后再传。"


class HeicPhotoError(RefusalError):
    """An iPhone photo in a format few others can open."""

    code = "platform.file_heic"
    template = (
        "这是苹果手机的 HEIC 照片，别的机器打不开。请把照片截屏后传截屏；"
        "或在“设置、相机、格式”里选“兼容性最佳”，再拍一张。"
    )


class ActivePdfError(RefusalError):
    """A PDF with scripts or programs in it."""

    code = "platform.file_active"
    template = "这个 PDF 里有会自己运行的内容，不能收。请把它打印成新的 PDF 后再传。"


class LockedFileError(RefusalError):
    """Encrypted: nobody here could read it either."""

    code = "platform.file_locked"
    template = "这个文件加了密码，我们打不开。请去掉密码，或打印成新的 PDF 后再传。"


class BrokenFileError(RefusalError):
    """Damaged, or packed in a way that hides its content."""

    code = "platform.file_broken"
    template = "这个文件打不开，可能没有传完整。请打开看看，重新保存后再传。"


class MacroFileError(RefusalError):
    """An office file with a program in it."""

    code = "platform.file_macro"
    template = "这个文件里有宏程序，不能收。请另存为不带宏的 .docx 或 .xlsx 后再传。"


def kind_by_ending(ending: str, allowed: tuple[Kind, ...]) -> FileKind:
    """The kind a name claims. Raises ``FileKindError``, ``HeicPhotoError``."""
    if ending in {"heic", "heif"}:
        raise HeicPhotoError
    for kind in KINDS:
        if ending in kind.endings and kind.kind in allowed:
            return kind
    shown = "、".join(kind.endings[0] for kind in KINDS if kind.kind in allowed)
    raise FileKindError(kinds=shown)


def check_content(content: IO[bytes], *, claimed: FileKind, ending: str, size: int) -> None:
    """Read what the bytes are; refuse unless they are what the name claims and harmless.

    ``content`` is seekable and ``size`` its length. Reads tables in pieces; only a PDF, which
    is limited, is held in memory whole.
    """
    if size == 0:
        raise EmptyFileError
    if size > claimed.bytes_max:
        raise FileTooLargeError(limit=claimed.bytes_max // MEGABYTE)
    content.seek(0)
    head = content.read(HEAD_BYTES)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        raise HeicPhotoError
    if not _looks_like(content, head, claimed.kind, size=size):
        raise FileMismatchError(ending=ending)
    if claimed.kind == "pdf":
        _refuse_bad_pdf(content)
    elif claimed.kind in {"docx", "xlsx"}:
        _refuse_bad_office_file(content, claimed.kind, ending=ending)


def _looks_like(content: IO[bytes], head: bytes, kind: Kind, *, size: int) -> bool:
    if kind == "jpeg":
        return head.startswith(b"\xff\xd8\xff")
    if kind == "png":
        return head.startswith(b"\x89PNG\r\n\x1a\n")
    if kind == "pdf":
        return head.startswith(b"%PDF-")
    if kind == "parquet":
        content.seek(max(0, size - 4))
        return size >= 12 and head.startswith(b"PAR1") and content.read(4) == b"PAR1"
    if kind == "csv":
        return _is_text(content)
    return head.startswith(b"PK\x03\x04")


def _is_text(content: IO[bytes]) -> bool:
    """UTF-8 or GB 18030 throughout, and no byte that text never has."""
    for encoding in ("utf-8", "gb18030"):
        content.seek(0)
        if _decodes(content, encoding):
            return True
    return False


def _decodes(content: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := content.read(_TEXT_CHUNK):
            if b"\x00" in chunk:
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_bad_pdf(content: IO[bytes]) -> None:
    content.seek(0)
    trouble = pdf_trouble(content.read())
    if trouble == "active":
        raise ActivePdfError
    if trouble == "locked":
        raise LockedFileError
    if trouble == "unreadable":
        raise BrokenFileError


def _refuse_bad_office_file(content: IO[bytes], kind: Kind, *, ending: str) -> None:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise BrokenFileError from None
    names = {entry.filename for entry in entries}
    folder = "word/" if kind == "docx" else "xl/"
    if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
        raise FileMismatchError(ending=ending)
    if any(entry.flag_bits & 1 for entry in entries):
        raise LockedFileError
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise MacroFileError
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if (
        len(entries) > ZIP_ENTRIES_MAX
        or unpacked > ZIP_UNPACKED_BYTES_MAX
        or unpacked / packed > ZIP_RATIO_MAX
    ):
        raise BrokenFileError
