"""A code on a page becomes a name."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from denghuo.places.models import Division

pytestmark = pytest.mark.django_db

PAGE = Template("{% load divisions %}{{ code|division_name }}")


@pytest.mark.parametrize("code", ["", "159901000000", "not a code"])
def test_what_has_no_name_stays_as_it_is(code: str) -> None:
    assert PAGE.render(Context({"code": code})) == code


def test_a_known_code_becomes_its_name_with_the_one_above() -> None:
    Division.objects.all().delete()
    above = Division.objects.create(
        code="150100000000", name="呼和浩特市", level="league", sort_key="h", source="test"
    )
    Division.objects.create(
        code="150102000000",
        name="新城区",
        level="banner",
        parent=above,
        sort_key="x",
        source="test",
    )
    assert PAGE.render(Context({"code": "150102000000"})) == "呼和浩特市 新城区"
    assert PAGE.render(Context({"code": "150102"})) == "呼和浩特市 新城区"
