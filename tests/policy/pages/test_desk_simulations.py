"""A simulation: figures as officers read them, nonsense refused, who gains and what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from denghuo.policy.actions.sweep_work import run_sweep
from denghuo.policy.logic.answer_json import figure_text
from denghuo.policy.logic.figures import NotAFigureError, with_figures
from denghuo.policy.models import SweepRun
from denghuo.policy.pages.desk_words import figure_held, figure_shown
from denghuo.policy.queries.library import library, policy, speaking_text
from denghuo.policy.queries.sweeps import run
from tests.policy.firms import AS_OF, POLICY, silent

TRY = f"/desk/simulations/{POLICY}/try/"


def share() -> str:
    version = policy(POLICY).in_force()[-1].version
    assert "rate_small" in version.params
    return f"{version.key}|rate_small"


def test_it_says_who_gains_and_what_it_costs(officer: Client, facts: Path) -> None:
    page = officer.get(TRY).content.decode()
    assert share() in page
    assert "现在是 60%" in page
    assert "公布）" in page  # two versions of one year differ by the day they became public
    form = {"source": "firms.parquet", "as_of": AS_OF, share(): "0.90"}
    sent = officer.post(TRY, form)
    run_id = SweepRun.objects.get().id
    assert "排队" in officer.get(sent["Location"]).content.decode()
    run_sweep(run_id, progress=silent)
    assert run(run_id).failure == ""
    shown = officer.get(sent["Location"]).content.decode()
    assert "+55,920.00" in shown  # 30 % of 186,400.00
    assert "呼和浩特市" in shown
    assert "小型" in shown
    assert "0.60 → 0.90" in shown
    listed = officer.get("/desk/simulations/").content.decode()
    assert "0.60 → 0.90" in listed


def test_pressed_twice_it_is_one_run(officer: Client, facts: Path) -> None:
    form = {"source": "firms.parquet", "as_of": AS_OF, share(): "0.90",
            "token": "6f0c1d6e-5a0b-4a37-9d5e-0d2b7a4d8f10"}  # fmt: skip
    assert officer.post(TRY, form)["Location"] == officer.post(TRY, form)["Location"]
    officer.post(TRY, {**form, share(): "0.80"})
    assert SweepRun.objects.count() == 2
    assert officer.post(TRY, {**form, "token": "nonsense"}).status_code == 302


@pytest.mark.parametrize("typed", ["0.6 # x", "{a: 1}", "&a 1", "9" * 21, "-1", "六成"])
def test_a_figure_that_is_no_figure_is_refused(officer: Client, facts: Path, typed: str) -> None:
    form = {"source": "firms.parquet", "as_of": AS_OF, share(): typed}
    answer = officer.post(TRY, form)
    assert answer.status_code == 422
    assert not SweepRun.objects.exists()


def test_what_is_missing_is_said(officer: Client, facts: Path) -> None:
    form = {"source": "firms.parquet", "as_of": AS_OF, share(): "0.9"}
    assert "没有改动" in officer.post(TRY, {**form, share(): ""}).content.decode()
    assert "请选一个数据文件" in officer.post(TRY, {**form, "source": "x"}).content.decode()
    assert "不是日期" in officer.post(TRY, {**form, "as_of": "明天"}).content.decode()
    assert officer.get("/desk/simulations/no-such-policy/try/").status_code == 404


@pytest.mark.django_db
def test_nothing_but_a_figure_can_be_put_in() -> None:
    version = policy(POLICY).versions[0]
    name = next(iter(version.params))
    with pytest.raises(NotAFigureError):
        with_figures(speaking_text(POLICY), policy(POLICY), {(version.key, name): "1\nevil: 2"})


@pytest.mark.django_db
def test_every_figure_of_the_library_is_shown_and_put_back_as_it_was() -> None:
    for definition in library().values():
        text = speaking_text(definition.id)
        for version in definition.versions:
            for param in version.params.values():
                held = figure_text(param.held)
                assert figure_held(param, figure_shown(param, held)) == held
                same = {(version.key, param.name): held}
                assert with_figures(text, definition, same) == text


def test_every_policy_with_figures_can_be_tried(officer: Client, facts: Path) -> None:
    for definition in library().values():
        page = officer.get(f"/desk/simulations/{definition.id}/try/")
        assert page.status_code == 200
        assert " ratio" not in page.content.decode()


def test_the_list_is_searched_and_exported(officer: Client, facts: Path) -> None:
    found = officer.get("/desk/simulations/?q=稳岗").content.decode()
    assert "失业保险稳岗返还" in found
    assert "技能提升补贴" not in found
    table = officer.get("/desk/simulations/?format=csv").content.decode("utf-8-sig")
    assert "失业保险稳岗返还,单位" in table


def test_without_files_the_page_says_what_to_do(officer: Client, data_dir: Path) -> None:
    assert "还没有可以试算的数据文件" in officer.get(TRY).content.decode()
