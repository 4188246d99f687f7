"""``denghuo posts-import``: a file taken the desk's way or refused in a sentence; the real ones."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command

from denghuo.employment.models import Advert, Post, PostDelivery
from denghuo.employment.queries.deliveries import deliveries_folder
from tests.employment.collected import BODY, NOW, source
from tests.factories.people import uscc
from tests.house.house import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places", "data_dir")]
REAL = ROOT.parent / "shared" / "data"
PLACE = "呼和浩特市赛罕区"
# Two makers' columns: a bureau's, in Chinese, and a job board's, in English.
BUREAU = {
    "职位自编号": ["G1", "G2", "G3"], "职位": ["挤奶工", "", "司机"],
    "公司": ["草原乳业", "草原乳业", "草原物流"], "地区": [PLACE] * 3, "职位描述": [BODY] * 3,
    "最低薪资": ["4500", "4000", "6000"], "最高薪资": ["6000", "5000", "9000"],
}  # fmt: skip
BOARD = {
    "positionId": ["1", "2"], "positionName": ["会计", "会计"],
    "companyFullName": ["甲公司", "乙公司"],
    "city": ["呼和浩特市"] * 2, "salary": ["8k-12k", "面议"], "jobDetail": [BODY, BODY],
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def run(*arguments: object) -> tuple[int, str]:
    out, code = StringIO(), 0
    try:
        call_command("posts_import", *(str(one) for one in arguments), stdout=out, stderr=out)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, out.getvalue()


def parquet(folder: Path, columns: dict[str, list[str]]) -> Path:
    path = folder / "posts.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_a_bureaus_file_is_checked_reported_and_taken(tmp_path: Path) -> None:
    source("公共就业")
    path, report = parquet(tmp_path, BUREAU), tmp_path / "report.csv"
    code, said = run(path, "--source", "公共就业", "--dry-run", "--report", report)
    assert (code, Post.objects.count()) == (0, 0)
    assert "能收：2 行" in said
    assert "要改，收不了：1 行" in said
    assert any("没有写岗位名称" in row[3] for row in csv.reader(report.open(encoding="utf-8")))
    assert PostDelivery.objects.get().state == "dropped"
    assert not list(deliveries_folder().iterdir())
    code, said = run(path, "--source", "公共就业")
    assert code == 0
    assert "新岗位：2 个" in said
    assert sorted(Post.objects.values_list("title", "pay_low_fen", "place")) == [
        ("司机", 600_000, "150105000000"), ("挤奶工", 450_000, "150105000000"),
    ]  # fmt: skip
    code, said = run(path, "--source", "公共就业")
    assert (code, Advert.objects.count()) == (0, 2)
    assert "没有变的：2 个" in said


def test_a_boards_file_has_other_words_for_the_same(tmp_path: Path) -> None:
    source("招聘网", kind="board")
    code, _ = run(parquet(tmp_path, BOARD), "--source", "招聘网")
    assert code == 0
    assert sorted(Post.objects.values_list("employer_name", "pay_low_fen", "pay_high_fen")) == [
        ("乙公司", None, None), ("甲公司", 800_000, 1_200_000),
    ]  # fmt: skip


def test_a_heading_nobody_knows_is_told_by_hand(tmp_path: Path) -> None:
    source("公共就业")
    path = tmp_path / "posts.csv"
    path.write_text(f"活儿,东家,代码\n挤奶工,草原乳业,{uscc(71).text}\n", encoding="utf-8")
    code, said = run(path, "--source", "公共就业")
    assert code == 1
    assert "还有列没有对好" in said or "没有表头" in said
    told = ["--column", "title=活儿", "--column", "employer=东家", "--column", "employer_code=代码"]
    code, said = run(path, "--source", "公共就业", *told)
    assert code == 0, said
    assert Post.objects.get().employer_uscc == uscc(71).text


def test_a_whole_list_that_loses_most_takes_one_more_word(tmp_path: Path) -> None:
    source("公共就业")
    run(parquet(tmp_path, BUREAU), "--source", "公共就业")
    short = parquet(tmp_path, {name: ["x"] for name in BUREAU})
    code, said = run(short, "--source", "公共就业", "--whole")
    assert code == 1
    assert "超过现有 2 个的一半" in said
    assert Advert.objects.filter(withdrawn_on=None).count() == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--source", "没有的"], 2, "没有叫这个名字的来源"),
        (["--source", "公共就业", "--column", "title"], 2, "要写成 列=表头"),
        (["--source", "公共就业", "--column", "pay=工资"], 2, "要写成 列=表头"),
        (["--source", "公共就业", "--column", "title=没有"], 2, "表里没有这一列"),
    ],
)
def test_a_command_misread_says_so(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    source("公共就业")
    ended, told = run(parquet(tmp_path, BUREAU), *arguments)
    assert (ended, Post.objects.count()) == (code, 0)
    assert said in told


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    source("公共就业")
    assert run(tmp_path / "nothing.csv", "--source", "公共就业")[0] == 2
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old")
    code, said = run(tmp_path / "old.xls", "--source", "公共就业")
    assert code == 1
    assert ".xls" in said
    assert PostDelivery.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "rows", "good"),
    [("jobs_public_employment.parquet", 5_832, 5_832), ("jobs_lagou_2019.parquet", 3_140, 2_946)],
)
def test_the_real_files_of_two_makers_are_read(name: str, rows: int, good: int) -> None:
    if not (REAL / name).is_file():
        pytest.skip(f"{name} is not beside the project")
    source("真名单")
    code, said = run(REAL / name, "--source", "真名单", "--dry-run")
    assert code == 0
    assert f"一共：{rows:,} 行" in said
    assert f"能收：{good:,} 行" in said
