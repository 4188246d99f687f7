"""A row of a file opened at the desk is a look at somebody, where the registers know whom."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import firm_of, person_key
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import look_ups_of
from denghuo.web.receivers import registered_subject
from tests.factories.people import id_number, make_firm, make_person
from tests.people import browsers
from tests.policy import firms
from tests.policy.firms import POLICY


@pytest.mark.django_db
def test_a_file_s_word_for_a_person_or_firm() -> None:
    number = id_number()
    person = SubjectRef("person", make_person(number=number))
    firm = SubjectRef("firm", make_firm())
    code = firm_of(firm.id).uscc.text
    for word in (number.text, number.text.lower(), person_key(number), str(person)):
        assert registered_subject(word) == person
    for word in (code, f"草原恒泰乳业 {code}", str(firm)):
        assert registered_subject(word) == firm
    for word in ("", "甲公司", "演示人员0000001", id_number().text, "0" * 64, code[:-1], "firm:1"):
        assert registered_subject(word) is None


def test_who_opened_a_row_is_told_to_whom_it_is_about(
    transactional_db: None, data_dir: Path
) -> None:
    owner, firm = make_person(), make_firm()
    ref = SubjectRef("firm", firm)
    code = firm_of(firm).uscc.text
    rows = [{**firms.ROWS[0], "entity": code}, {**firms.ROWS[1], "entity": "乙公司"}]
    path = firms.write(data_dir / "facts" / "firms.parquet", rows)
    run_id = firms.swept(firms.staff(), path)
    officer = firms.browser("officer")

    places = {row["entity"]: place for place, row in enumerate(rows)}

    def open_row(client: Client, entity: str) -> int:
        asked = {"row": str(places.get(entity, len(rows))), "policy": POLICY}
        return client.get(f"/desk/sweeps/{run_id}/row/", asked).status_code

    assert open_row(officer, "乙公司") == 200
    assert open_row(officer, "no such row") == 404
    assert open_row(browsers.resident(owner), code) == 404
    assert look_ups_of(ref).total == 0
    assert open_row(officer, code) == 200
    [look] = look_ups_of(ref).entries
    assert look.purpose == "核对批量核算的结果"
    assert AuditEntry.objects.filter(action="policy.open_row").count() == 2
    assert look_ups_of(SubjectRef("firm", uuid4())).total == 0
