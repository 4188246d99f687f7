"""Find every sentence of the interface and turn the catalogues into what Django reads.

The source language is Chinese: the sentence in the code is the key. Babel does both jobs in
Python, so no gettext tools need be installed.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "locale"
LANGUAGES = ("en", "mn")

_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_HEADS = {
    "en": "# Denghuo 灯火, English. The key is the Chinese sentence.",
    "mn": "# Denghuo 灯火, Mongolian in the traditional script. The key is the Chinese sentence.\n"
    "# Every sentence here awaits a native reviewer: docs/languages.md.",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One key: a sentence (or its singular and plural) and the file it stands in."""

    key: str | tuple[str, ...]
    context: str | None
    file: str

    @property
    def first(self) -> str:
        """The sentence itself, or its singular."""
        return self.key if isinstance(self.key, str) else self.key[0]


def _of_refusals(source: str, file: str) -> Iterator[Sentence]:
    """A refusal's sentence stands as ``template`` in its class; the page translates it there."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.ClassDef) and node.name.endswith("Error")):
            continue
        for line in node.body:
            match line:
                case (
                    ast.Assign(
                        targets=[ast.Name(id="template")], value=ast.Constant(value=str(text))
                    )
                    | ast.AnnAssign(
                        target=ast.Name(id="template"), value=ast.Constant(value=str(text))
                    )
                ):
                    yield Sentence(text, None, file)


def _of_source(source: str, file: str) -> Iterator[Sentence]:
    encoded = io.BytesIO(source.encode())
    found = extract("python", encoded, _KEYWORDS, options={"encoding": "utf-8"})
    for _line, key, _comments, context in found:
        plain = tuple(key) if isinstance(key, tuple | list) else key
        if plain and plain != "":
            yield Sentence(plain, context, file)


def _of_template(source: str, file: str) -> Iterator[Sentence]:
    python = templatize(source, origin=file)
    # What is left of the page are placeholders; their indentation means nothing in Python.
    joined = "\n".join(line.strip() for line in python.splitlines())
    yield from _of_source(joined, file)


def sentences(*rooms: str, under: str = "") -> Iterator[Sentence]:
    """Every translatable sentence of the rooms, code and pages; all rooms when none is named.

    ``under`` keeps only files whose path inside the room starts so.
    """
    roots = [PACKAGE / room for room in rooms] or [PACKAGE]
    for root in roots:
        files = sorted([*root.rglob("*.py"), *root.rglob("templates/**/*.html")])
        for path in files:
            inside = path.relative_to(root).as_posix()
            if not inside.startswith(under) or "migrations" in path.parts:
                continue
            file = path.relative_to(PACKAGE).as_posix()
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".html":
                yield from _of_template(text, file)
            else:
                yield from _of_source(text, file)
                yield from _of_refusals(text, file)


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue is kept."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue as it stands; an empty one for a new language."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def is_translated(message: Message) -> bool:
    """Every form of the sentence has words."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms)


def update_catalogue(language: str) -> tuple[int, int]:
    """Add new sentences, drop those no longer said; answers (sentences, without translation)."""
    old = read_catalogue(language)
    new = Catalog(locale=language, header_comment=_HEADS[language], fuzzy=False)
    for sentence in sentences():
        known = old.get(sentence.key, sentence.context)
        new.add(
            sentence.key,
            string=known.string if known else None,
            locations=[(sentence.file, 0)],
            context=sentence.context,
            user_comments=known.user_comments if known else (),
        )
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, new, width=0, sort_by_file=True, omit_header=False)
    # Babel's head names people we do not have and dates that would make every run a change.
    text = re.sub(
        r'^"(?:Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team'
        r"|Generated-By).*\n",
        "",
        written.getvalue().decode(),
        flags=re.MULTILINE,
    )
    path.write_text(text, encoding="utf-8")
    missing = sum(1 for message in new if message.id and not is_translated(message))
    return len(new), missing


def compile_catalogue(language: str) -> Path:
    """Write the ``.mo`` beside the catalogue, whole or not at all."""
    catalogue = read_catalogue(language)
    target = catalogue_path(language).with_suffix(".mo")
    with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as file:
        write_mo(file, catalogue)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)
    return target
