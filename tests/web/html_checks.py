"""What a page must be, whatever it says: read once, asked by the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
NAMED_WITHOUT_LABEL = {"hidden", "submit", "button"}


@dataclass
class Page(HTMLParser):
    """The facts of one page that the rules below are about."""

    problems: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    lang: str = ""
    headings: list[int] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    inputs: list[tuple[str, bool]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "style" in found or tag == "style":
            self.problems.append(f"inline style on <{tag}>")
        if tag == "script" and not found.get("src", "").startswith("/static/"):
            self.problems.append("a script that is not a file of ours")
        self.problems += [f"{name} on <{tag}>" for name in found if name.startswith("on")]
        self._remember(tag, found)
        if tag not in VOID:
            self.open.append(tag)

    def _remember(self, tag: str, found: dict[str, str]) -> None:
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "html":
            self.lang = found.get("lang", "")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "label":
            self.labels.add(found.get("for", ""))
        if tag in {"input", "select", "textarea"} and found.get("type") not in NAMED_WITHOUT_LABEL:
            named = "label" in self.open or "aria-label" in found
            self.inputs.append((found.get("id", ""), named))
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag == "img" and "alt" not in found:
            self.problems.append("a picture without alt")
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            self.references += found.get(name, "").split()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Page:
    """Parse a page and add what is wrong with it to ``problems``."""
    page = Page()
    page.feed(html)
    page.problems += [f"never closed: {tag}" for tag in page.open]
    page.problems += [f"id twice: {one}" for one in set(page.ids) if page.ids.count(one) > 1]
    page.problems += [
        f"no label: {one or 'an input'}"
        for one, named in page.inputs
        if not named and one not in page.labels
    ]
    page.problems += [f"points nowhere: {one}" for one in page.references if one not in page.ids]
    if page.headings[:1] != [1] and html.lstrip().startswith("<!doctype"):
        page.problems.append("the first heading is not h1")
    page.problems += [
        f"h{one} followed by h{two}"
        for one, two in zip(page.headings, page.headings[1:], strict=False)
        if two > one + 1
    ]
    return page
