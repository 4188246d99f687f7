"""Every template is used, and every page can be read without scripts."""

from __future__ import annotations

import re

import pytest
from django.template import engines

from tests.house.house import PACKAGE, modules, name_of, template_name, templates

pytestmark = pytest.mark.no_postgres

# Django's own tags: their arguments are not attributes of the page.
TAG = re.compile(r"\{%.*?%\}")
# What only a script can bring to life, or what the content security policy would block.
NEEDS_SCRIPTS = {
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a link to nowhere": re.compile(r"""href\s*=\s*["'](#?["']|javascript:)""", re.IGNORECASE),
    "a script in the page": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "a style in the page": re.compile(r"<style[\s>]|<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a button that only a script answers": re.compile(r"""<button[^>]*type=["']button["']"""),
    "something from elsewhere": re.compile(r"""(src|href)\s*=\s*["'](https?:)?//"""),
    "a page part that htmx alone can reach": re.compile(
        r"<(?!a\b|form\b|input\b|button\b|select\b|div\b|section\b)[a-z]+[^>]*\shx-(get|post)="
    ),
}


# Django looks for these by name.
ERROR_PAGES = {"400.html", "403.html", "404.html", "500.html"}


def is_named(template: str, text: str) -> bool:
    """Named whole in quotes, or by a folder whose file name is filled in (``f"a/b/{name}"``)."""
    folder = template.rpartition("/")[0]
    return any(f"{quote}{template}{quote}" in text for quote in "\"'") or f'"{folder}/{{' in text


def test_every_template_is_used() -> None:
    sources = [file.read_text(encoding="utf-8") for file in [*modules(), *templates()]]
    text = "\n".join(sources)
    names = {template_name(file) for file in templates()}
    assert sorted(name for name in names - ERROR_PAGES if not is_named(name, text)) == []


@pytest.mark.parametrize("trouble", NEEDS_SCRIPTS)
def test_every_page_is_readable_without_scripts(trouble: str) -> None:
    found = [
        f"{name_of(file)}:{number}"
        for file in templates()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if NEEDS_SCRIPTS[trouble].search(TAG.sub("tag", line))
    ]
    assert found == [], trouble


def test_forms_that_write_carry_their_token() -> None:
    unprotected = []
    for file in templates():
        text = file.read_text(encoding="utf-8")
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL | re.IGNORECASE):
            posts = re.search(r"""method\s*=\s*["']post""", form, re.IGNORECASE)
            if posts and "{% csrf_token %}" not in form:
                unprotected.append(name_of(file))
    assert unprotected == []


def test_every_template_can_be_read() -> None:
    for file in templates():
        engines["django"].get_template(template_name(file))


def test_templates_live_under_their_rooms_name() -> None:
    stray = [
        name_of(file)
        for file in templates()
        if template_name(file).split("/")[0] != file.relative_to(PACKAGE).parts[0]
        and template_name(file) not in ERROR_PAGES
    ]
    assert stray == []
