"""The public library: found by words and pinyin, every figure with its source, nothing hidden."""

from __future__ import annotations

import pytest
import yaml
from django.test import Client

from denghuo.policy.queries.library import library, registry, speaking_text
from denghuo.policy.queries.sources import SOURCES
from tests.web.html_checks import read

pytestmark = pytest.mark.django_db


def page(address: str, **query: str) -> str:
    response = Client().get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def listed(html: str) -> set[str]:
    return {name for name in library() if f'href="/policies/{name}/"' in html}


def test_every_policy_is_listed_and_one_notice_says_what_is_unverified() -> None:
    html = page("/policies/")
    assert listed(html) == set(library())
    assert html.count("还没跟主管部门核实") == 1
    assert "有未核实的数字" not in html


@pytest.mark.parametrize(
    ("query", "policy"),
    [
        ("房租", "startup-rent"),
        ("创业 贷款", "guaranteed-loan-person"),
        ("wengangfanhuan", "stable-jobs-refund"),
        ("wgfh", "stable-jobs-refund"),
        ("JNTS", "skill-up-subsidy"),
        ("ji neng ti sheng", "skill-up-subsidy"),
    ],
)
def test_policies_are_found_by_words_and_pinyin(query: str, policy: str) -> None:
    assert policy in listed(page("/policies/", q=query))


def test_they_are_filtered_by_whom_they_are_for() -> None:
    firms = listed(page("/policies/", audience="firm"))
    assert firms == {name for name, each in library().items() if each.audience == "firm"}
    assert listed(page("/policies/", audience="everyone")) == set(library())


@pytest.mark.parametrize("query", ["没有这样的", "<b>", "&amp;#0;", "'; --", "x" * 500])
def test_nothing_found_says_what_to_try(query: str) -> None:
    html = page("/policies/", q=query)
    assert "没有找到这样的政策" in html
    assert "换个说法试试" in html
    assert read(html).problems == []


def test_each_page_is_whole() -> None:
    """Four steps, the door to object, every version with its figures and their sources."""
    for name, definition in library().items():
        html = page(f"/policies/{name}/")
        assert read(html).problems == [], name
        for words in ("我能办吗", "要带什么", "去哪办", "多久", "不服怎么办", "历次规定"):
            assert words in html
        assert f'href="/benefits/{name}/"' in html
        for version in definition.versions:
            assert str(version.source.doc) in html
            for param in version.params.values():
                assert (param.label.zh if param.label else param.name) in html
        for pending in definition.pending:
            assert pending.note in html


def test_which_day_chooses_the_rule_is_said() -> None:
    html = page("/policies/stable-jobs-refund/")
    assert "按“缴费年度的最后一天”那一天" in html
    assert "现行" not in html
    assert "重新公布" in html
    assert "现行" in page("/policies/guaranteed-loan-person/")


def test_what_is_not_verified_says_so() -> None:
    for name, definition in library().items():
        unverified = sum(version.status == "assumed" for version in definition.versions) + sum(
            param.status == "assumed"
            for version in definition.versions
            for param in version.params.values()
        )
        assert page(f"/policies/{name}/").count("未经核实") == unverified, name


def test_the_text_every_answer_comes_from_is_public() -> None:
    response = Client().get("/policies/startup-grant/text/")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == speaking_text("startup-grant")
    assert yaml.safe_load(response.content)["id"] == "startup-grant"


def test_an_unknown_policy_is_not_found() -> None:
    for address in ("/policies/no-such/", "/policies/no-such/text/", "/policies/facts/"):
        response = Client().get(address)
        assert response.status_code == 404
        assert "没有找到这项政策" in response.content.decode()


def test_every_source_has_a_name_other_tongues_can_say() -> None:
    assert {spec.source for spec in registry().values()} <= set(SOURCES)


@pytest.mark.parametrize("language", ["en", "mn"])
def test_other_tongues_read_the_frame_in_their_own(language: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    for address in ("/policies/", "/policies/startup-grant/"):
        html = client.get(address).content.decode()
        for word in ("政策库", "历次规定", "看我能不能办"):
            assert word not in html
