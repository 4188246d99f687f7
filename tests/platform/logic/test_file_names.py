"""A name that cannot mislead."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.file_names import NAME_LENGTH_MAX, clean_file_name, file_ending

pytestmark = pytest.mark.no_postgres


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("身份证.JPG", "身份证.JPG"),
        ("/etc/passwd", "passwd"),
        ("C:\\文档\\证明.pdf", "证明.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("a\r\nContent-Type: text/html.pdf", "html.pdf"),
        (".htaccess", "htaccess"),
        ("a\r\nX-Evil: 1.pdf", "aX-Evil 1.pdf"),
        ("...", "文件"),
        ("", "文件"),
        ("  收入   证明 .pdf", "收入 证明.pdf"),
        ("长" * 200 + ".pdf", "长" * 76 + ".pdf"),
    ],
)
def test_worked_names(raw: str, clean: str) -> None:
    assert clean_file_name(raw) == clean


@given(st.text(max_size=300))
def test_any_text_becomes_a_short_harmless_name(raw: str) -> None:
    name = clean_file_name(raw)
    assert 0 < len(name) <= NAME_LENGTH_MAX
    assert not set(name) & set('<>:"|?*\\/')
    assert not name.startswith((".", " "))
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs"} for char in name)
    assert clean_file_name(name) == name


@pytest.mark.parametrize(
    ("name", "ending"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), ("a.", "")]
)
def test_the_ending(name: str, ending: str) -> None:
    assert file_ending(name) == ending
