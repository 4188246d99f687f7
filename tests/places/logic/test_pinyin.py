"""Readings that a general dictionary gets wrong, and keys every collation sorts alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.places.logic.pinyin import pinyin_keys, syllables_of, typed_key


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("呼和浩特市", "hu he hao te shi"),
        ("阿拉善盟", "a la shan meng"),
        ("巴彦淖尔市", "ba yan nao er shi"),
        ("鄂尔多斯市", "e er duo si shi"),
        ("锡林郭勒盟", "xi lin guo le meng"),
        ("乌兰察布市", "wu lan cha bu shi"),
        ("莫力达瓦达斡尔族自治旗", "mo li da wa da wo er zu zi zhi qi"),
        ("克什克腾旗", "ke shi ke teng qi"),
        ("喀喇沁旗", "ka la qin qi"),
        ("商都县", "shang du xian"),
        ("昆都仑区", "kun du lun qu"),
        ("康巴什区", "kang ba shi qu"),
        ("扎赉诺尔区", "zha lai nuo er qu"),
        ("长胜镇", "chang sheng zhen"),
        ("朝阳镇", "chao yang zhen"),
        ("卜尔汉图镇", "bu er han tu zhen"),
        ("查干诺尔镇", "cha gan nuo er zhen"),
    ],
)
def test_names_are_read_as_they_are_spoken(name: str, reading: str) -> None:
    assert " ".join(syllables_of(name)) == reading


@given(st.text(max_size=20))
def test_keys_hold_nothing_a_collation_could_argue_about(name: str) -> None:
    keys = pinyin_keys(name)
    assert re.fullmatch(r"[0-9a-z]*", keys.sort_key + keys.pinyin + keys.initials)


def test_a_syllable_ends_before_the_next_letter() -> None:
    assert pinyin_keys("西安").sort_key < pinyin_keys("先").sort_key


def test_a_character_without_a_reading_gives_its_code_point() -> None:
    assert pinyin_keys("\ue000㐂1A").sort_key.endswith("1" + "0a")


@pytest.mark.parametrize(
    ("typed", "key"), [("Hu he-hao'te", "huhehaote"), ("hhht", "hhht"), ("天山", ""), ("  ", "")]
)
def test_what_is_typed_in_latin_letters(typed: str, key: str) -> None:
    assert typed_key(typed) == key
