"""Templates: every word goes through the catalogues, nothing runs or is styled inline, every page has its place."""

import re
from html.parser import HTMLParser

import jinja2
import pytest
from jinja2 import nodes

from tests.house import sources

SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "summary"}
LETTER = re.compile(r"[^\W\d_]{2,}")
ATTRIBUTE = re.compile(r"""([a-z-]+)="([^"]*)\"""")
TRANSLATORS = {"_", "_l", "N_", "gettext", "ngettext", "pgettext"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
JINJA = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


class Page(HTMLParser):
    """Collects what a template says by itself, and what it runs or styles by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.untranslated: list[str] = []
        self.inline: list[str] = []
        #: open elements, and whether their text is meant to stay (names of languages, addresses)
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that people hear or read, and those that act."""
        given = {name: value or "" for name, value in attrs}
        stays = tag != "html" and ("lang" in given or given.get("translate") == "no")
        self.untranslated += [
            f"{name}={value}" for name, value in given.items() if name in SPOKEN and LETTER.search(value)
        ]
        if (
            tag == "input"
            and given.get("type") in ("submit", "button", "reset")
            and LETTER.search(given.get("value", ""))
        ):
            self.untranslated.append(given["value"])
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.inline += [value for value in given.values() if value.strip().lower().startswith("javascript:")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append((tag, stays))

    def handle_endtag(self, tag: str) -> None:
        """Back to the element that this one closes; templates may close what a condition opened."""
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth][0] == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Words between tags; a macro or a block may give attributes without their tag."""
        given = ATTRIBUTE.findall(data)
        self.untranslated += [f"{name}={value}" for name, value in given if name in SPOKEN and LETTER.search(value)]
        data = ATTRIBUTE.sub("", data)
        if LETTER.search(data) and not any(stays or tag in ("script", "style") for tag, stays in self.open):
            self.untranslated.append(data.strip())


def read(template: str) -> Page:
    """A template without its Jinja: translated blocks are gone, expressions leave a figure behind."""
    text = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    text = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "0", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "0", text, flags=re.DOTALL)
    page = Page()
    page.feed(text)
    page.close()
    return page


def bare_strings(template: str) -> list[str]:
    """Strings inside Jinja that look like a sentence or a heading and do not pass through a translator."""
    parsed = JINJA.parse(template)
    calls = [call for call in parsed.find_all(nodes.Call) if isinstance(call.node, nodes.Name)]
    translated = [call for call in calls if call.node.name in TRANSLATORS]  # type: ignore[attr-defined]
    fine = {id(constant) for call in translated for constant in call.find_all(nodes.Const)}
    strings = [c for c in parsed.find_all(nodes.Const) if isinstance(c.value, str) and id(c) not in fine]
    return [c.value for c in strings if re.match(r"\s*[A-Z][a-z]+(\s|[.:!?]?$)", c.value)]


def templates() -> dict[str, str]:
    """Name to text of every template."""
    paths = sorted(sources.TEMPLATES.rglob("*.*"))
    return {path.relative_to(sources.TEMPLATES).as_posix(): path.read_text("utf-8") for path in paths}


def test_no_untranslated_words() -> None:
    """A word outside {{ }} would stay English for everyone."""
    found = {name: read(text).untranslated + bare_strings(text) for name, text in templates().items()}
    assert found
    assert {name: words for name, words in found.items() if words} == {}


def test_nothing_inline() -> None:
    """The content security policy allows neither scripts nor styles inside a page."""
    assert {name: found for name, text in templates().items() if (found := read(text).inline)} == {}


@pytest.mark.parametrize(
    "sample",
    [
        "<p>Hello</p>", "<p>{{ x }} people</p>", '<img alt="A map">', '<input type="submit" value="Send">',
        '<html lang="en"><p>Words</p></html>', '<p>{{ _("Yes") }} No</p>', "<b lang=ur>اردو</b> word",
        '{% block body %} aria-label="Words"{% endblock %}',
    ],
)  # fmt: skip
def test_an_untranslated_word_is_found(sample: str) -> None:
    """The check can fail."""
    assert len(read(sample).untranslated) == 1


@pytest.mark.parametrize("sample", ['{{ "Send" }}', '{{ button("Send it") }}', '{% set title = "About us" %}'])
def test_an_untranslated_string_is_found(sample: str) -> None:
    """Also where it hides inside Jinja."""
    assert len(bare_strings(sample)) == 1


@pytest.mark.parametrize(
    "sample",
    [
        '<p>{{ _("Hello") }}</p>', "{% trans %}Hello{% endtrans %}", '<a lang="ur" href="/ur/">اردو</a>', "<p>–</p>",
        '{{ url_for("home.index") }}', "{# A note #}", '{% block body %} class="wide"{% endblock %}',
        '<input type="hidden" value="token">',
        '{{ field("name", _("Your name")) }}',
    ],
)  # fmt: skip
def test_a_translated_word_is_not(sample: str) -> None:
    """Nor does it cry wolf."""
    assert read(sample).untranslated + bare_strings(sample) == []


@pytest.mark.parametrize(
    "sample", ['<p style="x">', '<p onclick="x">', "<script>x</script>", "<style>x</style>", '<a href="javascript:x">']
)
def test_inline_code_is_found(sample: str) -> None:
    """The check can fail."""
    assert len(read(sample).inline) == 1
