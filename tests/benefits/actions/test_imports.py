"""From an office's file to facts: read, checked, confirmed by the right person, applied once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from denghuo.benefits.actions import imports as actions
from denghuo.benefits.actions.import_reading import look_at_file
from denghuo.benefits.actions.import_refusals import (
    DayAheadError,
    ImportMovedOnError,
    NothingToImportError,
    OfficeUnknownError,
    RecordsTooManyError,
    SecondPersonNeededError,
)
from denghuo.benefits.actions.imports import (
    confirm_import,
    drop_import,
    receive_file,
    set_mapping,
)
from denghuo.benefits.logic.mapping import MappingWrongError
from denghuo.benefits.models import FactImport, FactMapping, ImportedFact
from denghuo.benefits.queries import imports as queries
from denghuo.benefits.queries.imports import import_folder, imports_folder
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.kernel.uscc import Uscc
from denghuo.people.public import find_firm_by_uscc
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import Actor, NotAllowedError, TableTooLongError, TableUnreadableError
from denghuo.policy.public import NewFact, facts_of, record_facts, registry
from tests.benefits import offices
from tests.benefits.offices import DAY, HEADINGS, INSURANCE, REGISTER, csv_bytes
from tests.factories.people import CHIFENG, HOHHOT, NOW, id_number, make_person, uscc


def subject_of(code: str) -> SubjectRef:
    found = find_firm_by_uscc(Uscc(code))
    assert found is not None
    return found.ref


def held(code: str) -> dict[str, object]:
    facts = facts_of(subject_of(code), registry=registry())
    return {name: fact.known.value for name, fact in facts.items()}


def two_firms() -> tuple[str, str, bytes]:
    one, other = offices.firm(1), offices.firm(2)
    rows = [HEADINGS, (one, "甲", 2, "41.5", "186,400.00"), (other, "乙", 0, 12, 9300)]
    return one, other, csv_bytes(rows)


def test_a_file_becomes_facts_of_its_firms(officer: Actor) -> None:
    one, other, content = two_firms()
    import_id = offices.applied(officer, content)
    assert held(one) == {
        "laid_off_count": 2,
        "insured_average": 4150,
        "unemployment_premium_paid": 18_640_000,
    }
    assert held(other)["unemployment_premium_paid"] == 930_000
    fact = facts_of(subject_of(one), registry=registry())["laid_off_count"]
    assert (fact.known.source, fact.known.observed_on) == (INSURANCE, DAY)
    view = offices.view(import_id)
    assert view.counts["new"] == 6
    assert (view.confirmed_by, view.applied_at, view.told_on) == (officer.label, NOW, DAY)


def test_the_check_says_what_would_be_before_anything_is(officer: Actor) -> None:
    _one, _other, content = two_firms()
    import_id = offices.checked(officer, content)
    summary = offices.view(import_id).summary
    assert (summary["rows"], summary["good"], summary["refused"]) == (2, 2, 0)
    assert summary["effects"] == {
        "new": 6, "changed": 0, "renewed": 0, "unchanged": 0, "newer_held": 0,
    }  # fmt: skip
    assert not ImportedFact.objects.exists()


def test_the_same_file_again_changes_nothing(officer: Actor) -> None:
    _one, _other, content = two_firms()
    first = offices.applied(officer, content)
    second = offices.applied(officer, content, now=NOW + timedelta(days=1))
    counts = offices.view(second).counts
    assert (counts.get("new", 0), counts.get("changed", 0), counts["unchanged"]) == (0, 0, 6)
    assert not ImportedFact.objects.filter(told_in_id=second).exists()
    before = queries.same_file_before(offices.view(second))
    assert before is not None
    assert before.id == first


def test_a_later_file_corrects_and_says_how_much(officer: Actor) -> None:
    one, other, content = two_firms()
    offices.applied(officer, content)
    later = date(2026, 11, 20)
    rows = [HEADINGS, (one, "甲", 3, "41.5", "186400"), (other, "乙", 0, 12, 9300)]
    second = offices.applied(
        officer, csv_bytes(rows), observed_on=later, now=NOW + timedelta(days=1)
    )
    counts = offices.view(second).counts
    assert (counts["changed"], counts["renewed"]) == (1, 5)
    assert held(one)["laid_off_count"] == 3


def test_an_older_file_does_not_overwrite_a_newer_word(officer: Actor) -> None:
    one, _other, content = two_firms()
    offices.applied(officer, content)
    rows = [HEADINGS, (one, "甲", 9, "41.5", "186400")]
    late = offices.applied(officer, csv_bytes(rows), observed_on=date(2026, 3, 31))
    counts = offices.view(late).counts
    assert (counts["newer_held"], counts["unchanged"]) == (1, 2)
    assert held(one)["laid_off_count"] == 2


def test_an_office_s_word_takes_the_place_of_the_firm_s_own(officer: Actor) -> None:
    one, _other, content = two_firms()
    own = NewFact(subject_of(one), "laid_off_count", 7, "单位填报", NOW.date())
    record_facts(actor=officer, facts=[own], registry=registry(), now=NOW)
    import_id = offices.applied(officer, content)
    assert offices.view(import_id).counts["changed"] == 1
    assert held(one)["laid_off_count"] == 2


def test_a_day_in_a_column_is_each_row_s_own(officer: Actor) -> None:
    one, other = offices.firm(1), offices.firm(2)
    rows = [
        ("统一社会信用代码", "数据日期", "裁员人数"),
        (one, "20260930", 1),
        (other, "2026年10月31日", 2),
    ]
    import_id = offices.applied(officer, csv_bytes(rows), observed_on=None)
    days = {
        code: facts_of(subject_of(code), registry=registry())["laid_off_count"].known.observed_on
        for code in (one, other)
    }
    assert days == {one: date(2026, 9, 30), other: date(2026, 10, 31)}
    assert offices.view(import_id).told_on == date(2026, 10, 31)


def test_firms_nobody_registered_are_counted_and_listed(officer: Actor) -> None:
    one, stranger = offices.firm(1), uscc(77).text
    rows = [HEADINGS, (one, "甲", 1, 1, 1), (stranger, "生", 2, 2, 2)]
    import_id = offices.applied(officer, csv_bytes(rows))
    view = offices.view(import_id)
    assert (view.summary["unregistered"], view.summary["good"]) == (1, 2)
    assert (view.counts["subjects"], view.counts["unregistered"]) == (1, 1)
    assert find_firm_by_uscc(Uscc(stranger)) is None


def test_the_register_s_own_file_may_enter_new_firms(officer: Actor) -> None:
    code = uscc(78).text
    rows = [
        ("统一社会信用代码", "企业名称", "区划代码", "单位类型"),
        (code, "新开的店", "150102", "企业"),
    ]
    other = offices.checked(officer, csv_bytes(rows), office=INSURANCE)
    offices.confirmed(officer, other, registers=True)
    assert not FactImport.objects.get(pk=other).registers  # another office's list is no register
    import_id = offices.applied(officer, csv_bytes(rows), office=REGISTER, registers=True)
    firm = find_firm_by_uscc(Uscc(code))
    assert firm is not None
    assert (firm.name, firm.region.prefix) == ("新开的店", "150102")
    assert offices.view(import_id).counts["registered"] == 1
    assert held(code) == {"firm_kind": "enterprise"}


def test_firms_of_another_area_are_sent_back(officer: Actor) -> None:
    away = offices.firm(5, region=Region.read("150402"))
    import_id = offices.checked(officer, csv_bytes([HEADINGS, (away, "远", 1, 1, 1)]))
    summary = offices.view(import_id).summary
    assert (summary["outside"], summary["good"], summary["refused"]) == (1, 0, 1)
    with pytest.raises(NothingToImportError):
        offices.confirmed(officer, import_id)


def test_a_large_file_is_confirmed_by_somebody_else(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SECOND_PERSON_ROWS", 1)
    _one, _other, content = two_firms()
    import_id = offices.checked(officer, content)
    with pytest.raises(SecondPersonNeededError):
        offices.confirmed(officer, import_id)
    offices.confirmed(offices.officer("second"), import_id)


def test_a_file_for_sweeps_is_not_written_row_by_row(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "RECORDS_ROWS_MAX", 1)
    one, _other, content = two_firms()
    import_id = offices.checked(officer, content)
    with pytest.raises(RecordsTooManyError):
        offices.confirmed(officer, import_id)
    table = offices.applied(officer, content, mode="table")
    assert offices.view(table).table_rows == 2
    assert held(one) == {}


def test_what_was_looked_at_is_what_is_confirmed(officer: Actor) -> None:
    _one, _other, content = two_firms()
    import_id = offices.checked(officer, content)
    seen = offices.view(import_id).attempt
    offices.map_as_guessed(officer, import_id)  # meanwhile somebody had it checked anew
    with pytest.raises(ImportMovedOnError):
        confirm_import(
            actor=officer, import_id=import_id, mode="records", registers=False, attempt=seen,
            now=NOW,
        )  # fmt: skip


def test_a_mapping_is_kept_in_versions_and_used_again(officer: Actor) -> None:
    _one, _other, content = two_firms()
    import_id = offices.received(officer, content)
    view = offices.view(import_id)
    kept = [each for each in view.mapping.columns if each.target != "laid_off_count"]
    mapping = type(view.mapping)(tuple(kept))
    for _ in range(2):  # the same again is no new version
        set_mapping(
            actor=officer, import_id=import_id, mapping=mapping, observed_on=DAY,
            save_as="社保月报", now=NOW,
        )  # fmt: skip
        FactImport.objects.filter(pk=import_id).update(state="mapping")
    assert FactMapping.objects.filter(name="社保月报").count() == 1
    again = offices.view(offices.received(officer, content))
    assert again.mapping_name == "社保月报"
    assert again.mapping.column_for("laid_off_count") is None
    assert {each["why"] for each in again.guesses.values()} == {"saved"}
    set_mapping(
        actor=officer, import_id=again.id, mapping=view.mapping, observed_on=DAY,
        save_as="社保月报", now=NOW,
    )  # fmt: skip
    assert FactMapping.objects.filter(name="社保月报").count() == 2


def test_wrong_mappings_are_refused_with_what_to_change(officer: Actor) -> None:
    _one, _other, content = two_firms()
    import_id = offices.received(officer, content)
    view = offices.view(import_id)
    columns = view.mapping.columns

    def refused(kept: object, day: date | None = DAY) -> str:
        with pytest.raises(MappingWrongError) as error:
            set_mapping(
                actor=officer, import_id=import_id, mapping=type(view.mapping)(tuple(kept)),  # type: ignore[arg-type]
                observed_on=day, save_as="", now=NOW,
            )  # fmt: skip
        return error.value.sentence

    assert "哪一列是统一社会信用代码" in refused(
        each for each in columns if each.target != "@entity"
    )
    assert "至少把一列" in refused(each for each in columns if each.target == "@entity")
    assert "请只留一列" in refused((*columns, columns[-1]))
    assert "哪一天" in refused(columns, None)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 500, ".xls"),
        (b"PK\x03\x04 not a workbook", "不是完整的 .xlsx"),
        (b"PAR1 not parquet at all", "Parquet"),
        (b"abc\x00def", "不是表格文本"),
        (b"a,b\n", "没有数据"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    officer: Actor, content: bytes, sentence: str
) -> None:
    with pytest.raises(TableUnreadableError) as error:
        offices.received(officer, content, name="数据.xlsx")
    assert sentence in error.value.sentence


def test_a_refused_upload_leaves_nothing(officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "UPLOAD_MAX_BYTES", 10)
    with pytest.raises(TableTooLongError):
        offices.received(officer, b"x" * 11)
    assert list(imports_folder().iterdir()) == []
    assert not FactImport.objects.exists()


def test_days_ahead_and_unknown_offices_are_refused(officer: Actor) -> None:
    with pytest.raises(DayAheadError):
        offices.received(officer, b"a\n1\n", observed_on=date(2026, 12, 1))
    with pytest.raises(OfficeUnknownError):
        offices.received(officer, b"a\n1\n", office="不知道哪里")


def test_a_file_of_another_area_is_not_there(officer: Actor) -> None:
    with pytest.raises(NotAllowedError):
        receive_file(
            actor=officer, name="a.csv", chunks=lambda: [b"a"], subject="firm", office=INSURANCE,
            legal_basis="x", area=CHIFENG, observed_on=DAY, now=NOW,
        )  # fmt: skip
    _one, _other, content = two_firms()
    import_id = offices.checked(officer, content)
    stranger = offices.officer("away", area=CHIFENG)
    with pytest.raises(queries.ImportNotFoundError):
        queries.import_of(stranger, import_id)
    with pytest.raises(queries.ImportNotFoundError):
        offices.confirmed(stranger, import_id)
    assert queries.imports_for(stranger) == []
    assert [each.id for each in queries.imports_for(officer)] == [import_id]
    # A banner's officer does not see a league's file.
    banner = offices.officer("banner", area=Region.read("150102"))
    with pytest.raises(queries.ImportNotFoundError):
        queries.import_of(banner, import_id)


def test_a_dropped_file_leaves_no_bytes(officer: Actor) -> None:
    _one, _other, content = two_firms()
    import_id = offices.checked(officer, content)
    drop_import(actor=officer, import_id=import_id, now=NOW)
    assert not import_folder(import_id).exists()
    with pytest.raises(ImportMovedOnError):
        offices.confirmed(officer, import_id)


def test_each_step_is_in_the_audit_with_its_legal_basis(officer: Actor) -> None:
    _one, _other, content = two_firms()
    import_id = offices.applied(officer, content)
    rows = AuditEntry.objects.filter(entity=f"benefits.FactImport:{import_id}").order_by("seq")
    assert [row.action for row in rows] == [
        "benefits.receive_file",
        "benefits.set_mapping",
        "benefits.confirm_import",
        "benefits.apply_import",
    ]
    assert offices.BASIS in rows[2].detail


def test_headings_may_be_chosen_by_the_officer(officer: Actor) -> None:
    one = offices.firm(1)
    content = csv_bytes([("标题", "别的"), ("甲", "乙"), HEADINGS, (one, "甲", 1, 2, 3)])
    import_id = offices.received(officer, content)
    assert offices.view(import_id).heading_row == 3
    actions.choose_headings(actor=officer, import_id=import_id, sheet="", heading_row=1, now=NOW)
    look_at_file(import_id, attempt=offices.view(import_id).attempt, now=NOW)
    assert offices.view(import_id).headings[0] == "标题"


def test_persons_are_named_by_digest_in_tables(officer: Actor) -> None:
    number = id_number()
    person: UUID = make_person(number=number)
    rows = [("身份证号", "参保月数"), (number.text, 36)]
    import_id = offices.applied(officer, csv_bytes(rows), subject="person", office=INSURANCE)
    facts = facts_of(SubjectRef("person", person), registry=registry())
    assert facts["person_insured_months"].known.value == 36
    kept = (import_folder(import_id) / "table.parquet").read_bytes()
    assert number.text.encode() not in kept
    assert HOHHOT.code == offices.view(import_id).area.code
