"""What a post asks for: by law, as a wish, as a skill; what a person holds in their own words."""

from __future__ import annotations

import re

import pytest

from denghuo.employment.logic.abilities import (
    AbilityText,
    held_with_covered,
    load_ability_texts,
    read_asked,
    read_certificates,
    read_skills,
)
from denghuo.employment.logic.dated import DatedTextError
from tests.employment.library import library_text

pytestmark = pytest.mark.no_postgres


@pytest.fixture(scope="module")
def text() -> AbilityText:
    return load_ability_texts(library_text("abilities.yaml"))[-1]


@pytest.mark.parametrize(
    ("body", "required", "wished"),
    [
        ("招叉车工，有叉车证，熟练", ("forklift",), ()),
        ("需持健康证上岗", ("health",), ()),
        ("B2以上驾照，从业资格证", ("car", "truck", "road_transport"), ()),
        ("Ｃ１驾照", ("car",), ()),
        ("叉车证优先", (), ("forklift",)),
        ("有会计证", (), ("accountant",)),  # no law keeps anybody without it from the work
        ("无叉车证，公司免费培训", (), ()),
        ("没叉车证的，公司带您考个证", (), ()),
        ("健康证（入职可办理）", (), ()),
        ("叉车证优先。夜班必须有叉车证", ("forklift",), ()),  # asked for once is asked for
        ("负责生产线操作", (), ()),
    ],
)
def test_a_certificate_is_asked_for_only_where_a_law_and_the_text_do(
    text: AbilityText, body: str, required: tuple[str, ...], wished: tuple[str, ...]
) -> None:
    asked = read_asked(body, [], text)
    assert (asked.required, asked.wished) == (required, wished)


def test_a_source_s_own_column_of_certificates_counts(text: AbilityText) -> None:
    asked = read_asked("做面点", ["健康证", "厨师证", "一种没人听过的证"], text)
    assert asked.required == ("health",)
    assert asked.tags == ("pastry", "cert:chef")


@pytest.mark.parametrize("words", ["井下作业", "接触有毒气体", "高空作业", "爆破"])
def test_work_that_minors_are_kept_from_is_known(text: AbilityText, words: str) -> None:
    assert read_asked(words, [], text).hazardous
    assert not read_asked("有害生物防治讲解员", [], text).hazardous


def test_a_higher_licence_stands_for_the_lower(text: AbilityText) -> None:
    assert set(held_with_covered(["trailer", "gone"], text)) == {"trailer", "truck", "car"}


def test_own_words_are_read(text: AbilityText) -> None:
    assert read_certificates("我有 A2 驾驶证和健康证", text) == ("car", "trailer", "health")
    assert set(read_skills("会蒙语，放牧多年，也会开铲车", text)) == {
        "mongolian",
        "cattle",
        "digger",
    }


def test_every_clause_is_said_to_be_from_memory_until_read(text: AbilityText) -> None:
    by_law = [text.certificates[one] for one in text.by_law]
    assert by_law
    assert all(re.search("第.+条", one.law) and one.checked for one in by_law)


def test_labels_in_both_languages(text: AbilityText) -> None:
    assert text.label("cert:car", "en") == "car driving licence (C)"
    assert text.label("welding", "zh") == "会焊接"
    assert text.label("nothing", "zh") == "nothing"


def test_every_word_has_room_in_the_matching(text: AbilityText) -> None:
    assert len(text.by_law) <= 128
    assert len(set(text.tags)) == len(text.tags)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: welder", "id: electrician", "twice"),
        ("covers: [car]", "covers: [plane]", "plane"),
        ("find: ['健康证'", "find: ['健康证?|'", "empty text"),
        ("find: ['健康证'", "find: ['(健康证'", "health"),
        (", checked: memory, find: ['健康证'", ", find: ['健康证'", "checked"),
    ],
)
def test_a_wrong_list_is_refused(old: str, new: str, said: str) -> None:
    whole = library_text("abilities.yaml")
    assert old in whole
    with pytest.raises(DatedTextError, match=said):
        load_ability_texts(whole.replace(old, new, 1))
