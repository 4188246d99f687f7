"""What a column is, guessed from its heading and its values."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from denghuo.benefits.logic.guessing import Guess, guess_mapping, known_words
from denghuo.benefits.logic.mapping import MappingWrongError, read_words, words_text
from denghuo.benefits.logic.synonyms import unit_way, without_unit
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.queries.targets import targets
from tests.factories.people import id_number, uscc

pytestmark = pytest.mark.no_postgres
TODAY = date(2026, 11, 23)
TARGETS = targets()


def guessed(
    headings: list[str], rows: list[list[str | None]], *, subject: SubjectKind = "firm",
    office: str = "社会保险登记",
) -> dict[str, Guess]:  # fmt: skip
    found = guess_mapping(
        headings,
        rows,
        targets=TARGETS,
        subject=subject,
        office=office,
        today=TODAY,
    )
    return {each.column.heading: each for each in found}


def test_an_insurance_table_is_understood() -> None:
    headings = [
        "序号", "统一社会信用代码", "单位名称", "企业划型", "缴费月数", "平均参保人数", "减员人数",
        "实缴金额（万元）", "是否严重失信", "统计日期", "经办人",
    ]  # fmt: skip
    row: list[str | None] = [
        "1", uscc(1).text, "甲公司", "小型企业", "12", "41.5", "2", "18.64", "否", "20251231", "王",
    ]  # fmt: skip
    found = guessed(headings, [row] * 5)
    assert {name: (each.column.target, each.column.how) for name, each in found.items()} == {
        "统一社会信用代码": ("@entity", "uscc"),
        "单位名称": ("@name", "text"),
        "企业划型": ("size_class", "code"),
        "缴费月数": ("unemployment_months_paid", "integer"),
        "平均参保人数": ("insured_average", "number"),
        "减员人数": ("laid_off_count", "integer"),
        "实缴金额（万元）": ("unemployment_premium_paid", "wan_yuan"),
        "是否严重失信": ("dishonest", "yes_no"),
        "统计日期": ("@observed_on", "date"),
    }


def test_the_key_is_found_by_its_values_alone() -> None:
    found = guessed(["编号", "减员人数"], [[uscc(n).text, "1"] for n in range(1, 6)])
    assert (found["编号"].column.target, found["编号"].why) == ("@entity", "values")
    people = guessed(
        ["号码", "参保月数"], [[id_number().text, "12"] for _ in range(5)], subject="person"
    )
    assert people["号码"].column.target == "@entity"
    assert people["参保月数"].column.target == "person_insured_months"


def test_a_heading_is_not_believed_against_its_values() -> None:
    found = guessed(["统一社会信用代码", "裁员人数"], [[uscc(1).text, "见附件"]] * 5)
    assert "裁员人数" not in found


def test_money_is_never_taken_for_ten_thousands_because_it_then_fits() -> None:
    rows: list[list[str | None]] = [[uscc(1).text, "1.005"], [uscc(2).text, "186400"]]
    found = guessed(["统一社会信用代码", "实缴失业保险费"], rows * 2)
    assert "实缴失业保险费" not in found  # half of it is unreadable as yuan
    rows += [[uscc(number).text, "93"] for number in range(3, 9)]
    found = guessed(["统一社会信用代码", "实缴失业保险费"], rows)
    assert found["实缴失业保险费"].column.how == "yuan"


def test_a_rate_in_per_cent_is_seen_by_what_a_rate_may_be() -> None:
    rows: list[list[str | None]] = [[uscc(1).text, "1.2"]] * 3
    assert guessed(["统一社会信用代码", "工伤费率"], rows)["工伤费率"].column.how == "percent"
    rows = [[uscc(1).text, "0.012"]] * 3
    assert guessed(["统一社会信用代码", "工伤费率"], rows)["工伤费率"].column.how == "number"


def test_own_names_of_facts_are_known() -> None:
    found = guessed(["entity", "laid_off_count"], [[uscc(1).text, "3"]])
    assert found["laid_off_count"].column.target == "laid_off_count"


def test_units_in_headings() -> None:
    assert unit_way("金额（万元）") == "wan_yuan"
    assert unit_way("金额(元)") == "yuan"
    assert unit_way("比例（%）") == "percent"
    assert unit_way("金额") == ""
    assert without_unit("金额（元）") == "金额"


def test_words_are_typed_and_shown() -> None:
    words = read_words("1=大型；2＝中型;\n3=小型")
    assert words == {"1": "大型", "2": "中型", "3": "小型"}
    assert read_words(words_text(words)) == words
    with pytest.raises(MappingWrongError):
        read_words("大型")


def test_known_words_hold_labels_and_synonyms() -> None:
    known = known_words(TARGETS, "firm")
    assert {"统一社会信用代码", "减员人数", "laidoffcount"} <= known


@settings(deadline=None)
@given(
    st.lists(st.text(max_size=12), min_size=1, max_size=8, unique=True),
    st.lists(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=8), max_size=5),
)
def test_whatever_the_table_no_target_and_no_column_is_guessed_twice(
    headings: list[str], rows: list[list[str | None]]
) -> None:
    found = guess_mapping(
        headings, rows, targets=TARGETS, subject="firm", office="税务征收", today=TODAY
    )
    assert len({each.column.target for each in found}) == len(found)
    assert len({each.column.heading for each in found}) == len(found)
