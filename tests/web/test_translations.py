"""English and Mongolian say the same as the Chinese, and say all of the frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages import Message

from denghuo.web import translations
from denghuo.web.translations import (
    LANGUAGES,
    Sentence,
    compile_catalogue,
    is_translated,
    read_catalogue,
    sentences,
)

pytestmark = pytest.mark.no_postgres
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# The component book and the samples it shows are for those who build the site.
BUILDERS_ONLY = ("web/pages/design.py", "web/templates/web/design")
# The command line and the made-up people of the demo.
CHINESE_ONLY = ("project/",)
# Mongolian: what a resident meets. Staff work in Chinese, the language of their files.
STAFF_ONLY = ("web/pages/desk_", "web/templates/web/staff/", "web/staff_")
MONGOLIAN_TOO = (
    "people/logic/",
    "people/models/",
    "people/pages/mandates.py",
    "people/pages/me.py",
    "people/pages/sign_in.py",
    "people/queries/looks.py",
    "people/queries/mandates.py",
    "people/templates/",
    "places/pages/near.py",
    "places/pages/words.py",
    "places/templates/places/",
    "platform/messages/inbox.py",
    "platform/templates/platform/inbox",
    "platform/templates/platform/refused",
)
STAFF = r"/(?:_?desk|staff|_?demo)|/_?keys|roles\.py"


def frame() -> Iterator[Sentence]:
    """What a resident meets in the shell, the components, the home page and the benefit pages."""
    for sentence in sentences("web"):
        if not sentence.file.startswith((*BUILDERS_ONLY, *STAFF_ONLY)):
            yield sentence


def said_in(language: str) -> Iterator[Sentence]:
    """Every sentence that must have words in a language, beside the frame."""
    for sentence in sentences():
        if language == "en":
            if not sentence.file.startswith((*CHINESE_ONLY, *BUILDERS_ONLY)):
                yield sentence
        elif sentence.file.startswith(MONGOLIAN_TOO) and not re.search(STAFF, sentence.file):
            yield sentence


def forms_of(message: Message) -> list[str]:
    """The translated forms; none for the catalogue's head or a sentence still open."""
    if not message.id or not is_translated(message):
        return []
    if isinstance(message.string, tuple | list):
        return list(message.string)
    return [message.string or ""]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_reader_meets_is_translated(language: str) -> None:
    catalogue = read_catalogue(language)
    missing = set()
    for sentence in (*frame(), *said_in(language)):
        message = catalogue.get(sentence.key, sentence.context)
        if message is None or not is_translated(message):
            missing.add(f"{sentence.file}: {sentence.first}")
    assert sorted(missing) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_for_values_are_the_same(language: str) -> None:
    for message in read_catalogue(language):
        key = message.id if isinstance(message.id, str) else message.id[0]
        for form in forms_of(message):
            assert sorted(PLACES.findall(form)) == sorted(PLACES.findall(key)), key


def test_each_tongue_is_in_its_own_script() -> None:
    """No Chinese left in English; no Cyrillic in Mongolian: the old script is read here."""
    for message in read_catalogue("en"):
        for form in forms_of(message):
            assert not re.search(r"[\u4e00-\u9fff]", form.replace("灯火", "")), form
    for message in read_catalogue("mn"):
        for form in forms_of(message):
            assert not re.search(r"[\u0400-\u04ff\u4e00-\u9fffA-Za-z]", PLACES.sub("", form)), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_was_written(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = translations.catalogue_path(language).read_text(encoding="utf-8")
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    target = translations.catalogue_path(language)
    target.parent.mkdir(parents=True)
    target.write_text(source, encoding="utf-8")
    with compile_catalogue(language).open("rb") as file:
        read = GNUTranslations(file)
    written = read_catalogue(language).get("首页")
    assert written is not None
    assert read.gettext("首页") == written.string != "首页"
    assert read.ngettext("%(count)d 条新消息", "%(count)d 条新消息", 2) != "%(count)d 条新消息"
    assert not list(target.parent.glob("*.part"))


def test_extraction_finds_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room" / "templates" / "room"
    room.mkdir(parents=True)
    (tmp_path / "room" / "pages.py").write_text(
        "from x import gettext as _, ngettext, pgettext\n"
        "a = _('甲')\n"
        "b = ngettext('%(n)d 乙', '%(n)d 乙们', n)\n"
        "c = pgettext('月份', '丙')\n"
        "class LateError(RefusalError):\n"
        "    template = '太晚了：{why}'\n"
        "class Late:\n"
        "    template = '不是拒绝'\n",
        encoding="utf-8",
    )
    (room / "page.html").write_text(
        "{% load i18n %}<p>\n    {% trans '丁' %}\n"
        "{% blocktrans with n=x %}戊 {{ n }}{% endblocktrans %}\n"
        "      {{ y|default:_('己') }}</p>(\"{'",
        encoding="utf-8",
    )
    monkeypatch.setattr(translations, "PACKAGE", tmp_path)
    found = {(one.key, one.context) for one in sentences("room")}
    assert found == {
        ("甲", None),
        (("%(n)d 乙", "%(n)d 乙们"), None),
        ("丙", "月份"),
        ("太晚了：{why}", None),
        ("丁", None),
        ("戊 %(n)s", None),
        ("己", None),
    }


def test_updating_keeps_what_is_translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room").mkdir()
    code = tmp_path / "room" / "pages.py"
    code.write_text("a = _('甲')\nb = _('乙')\n", encoding="utf-8")
    monkeypatch.setattr(translations, "PACKAGE", tmp_path)
    monkeypatch.setattr(translations, "LOCALE", tmp_path / "locale")
    assert translations.update_catalogue("en") == (2, 2)
    path = translations.catalogue_path("en")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('msgid "甲"\nmsgstr ""', 'msgid "甲"\nmsgstr "first"'), encoding="utf-8"
    )
    code.write_text("a = _('甲')\nc = _('丙')\n", encoding="utf-8")
    assert translations.update_catalogue("en") == (2, 1)
    again = path.read_text(encoding="utf-8")
    assert 'msgstr "first"' in again
    assert "乙" not in again
    translations.update_catalogue("en")
    assert path.read_text(encoding="utf-8") == again
