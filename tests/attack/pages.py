"""What a site offers to whoever holds a cookie: its pages, and the parameters that can be attacked."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tests import factories
from webapp.config import day_of, now

#: Nothing below an address with one of these words is asked for: it ends the sign-in, or somebody's account.
NEVER = ("exit", "sign-out", "end", "leave", "disable")
#: At most so many addresses are looked at, and so many that differ in values alone: not every person has the same page.
MOST, ALIKE = 300, 8
#: Right answers, so that a scanner gets past the first refusal; other fields are answered by their kind.
RIGHT = factories.as_given(factories.full(raised_before="yes", people_number="120"))
ANSWERS = {name: values[0] for name, values in RIGHT.items()}
ANSWERS |= {"name": "demo-analyst", "until": day_of(now()).isoformat()}
KINDS = {"date": "2025-03-26", "number": "3", "tel": "0300 0000000", "file": None, "submit": None, "image": None}


@dataclass(frozen=True)
class Target:
    """One address with its parameters; `mark` is a part of the path that stands for one thing, like a reference."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""

    @property
    def shape(self) -> tuple[str, ...]:
        """The same for addresses that differ in nothing but values."""
        parts = ("*" if is_id(part) else part for part in self.path.split("/"))
        return ("/".join(parts), "POST" if self.form else "GET", *sorted({*self.query, *self.form}))

    @property
    def address(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def parameters(self) -> list[str]:
        """Names of what can be attacked."""
        return sorted({*self.query, *self.form, *([self.mark] if self.mark else [])})


@dataclass(frozen=True)
class Visitor:
    """Asks for pages of a site on this machine, with a cookie or none; follows nothing."""

    base: str
    cookie: str = ""

    def ask(
        self, address: str, form: Mapping[str, object] | None = None, **headers: str | None
    ) -> tuple[HTTPResponse, str]:
        """The answer and its text; a form is posted as our own page would post it, unless headers say otherwise."""
        sent = {**factories.SAME_SITE, **({"Cookie": self.cookie} if self.cookie else {})}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in {**sent, **changed}.items() if value is not None}
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=30)
        try:
            body = None if form is None else urlencode(form, doseq=True)
            connection.request("GET" if form is None else "POST", address, body, sent)
            answer = connection.getresponse()
            return answer, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def sign_in(self, username: str, password: str) -> "Visitor":
        """The same visitor, signed in."""
        answer, _ = self.ask("/en/sign-in", {"username": username, "password": password})
        given = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", [])]
        return replace(self, cookie=next(cookie for cookie in given if "session=" in cookie))


class Page(HTMLParser):
    """The links of a page, and its forms with an answer to each question."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        #: method, action, answers
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self._chosen = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect a link, a form, a question or a choice."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append((given.get("method", "get").upper(), given.get("action", ""), {}))
        elif self.forms and tag in ("input", "textarea", "select", "button") and given.get("name"):
            self._question(given, tag)
        elif self.forms and tag == "option" and self._chosen and given.get("value"):
            self.forms[-1][2].setdefault(self._chosen, given["value"])

    def _question(self, given: dict[str, str], tag: str) -> None:
        name, kind = given["name"], given.get("type", "text")
        self._chosen = name if tag == "select" else ""
        answer = ANSWERS.get(name) or given.get("value") or (KINDS.get(kind, "abc") if tag != "select" else None)
        if answer is not None:
            self.forms[-1][2].setdefault(name, answer)


def is_id(part: str) -> bool:
    """Whether a part of a path names one thing: a reference, a uuid, a code."""
    return len(part) > 5 and "." not in part and bool(re.search(r"\d", part))


def forbidden(path: str) -> bool:
    """Whether nobody may go there during a scan."""
    return any(part in NEVER for part in path.split("/"))


def offered(visitor: Visitor, seeds: Iterable[str], root: str) -> list[Target]:
    """Everything below `root` that opens or takes parameters and can be reached from the seeds, each shape once."""
    to_ask = deque(filter(None, (_target(visitor.base, "/", seed) for seed in seeds)))
    found, alike, asked = dict[tuple[str, ...], Target](), Counter[tuple[str, ...]](), set[str]()
    while to_ask and len(asked) < MOST:
        target = to_ask.popleft()
        if forbidden(target.path) or not target.path.startswith(root):
            continue
        if target.form:
            found.setdefault(target.shape, target)
        elif target.address not in asked and alike[target.shape] < ALIKE:
            asked.add(target.address)
            alike[target.shape] += 1
            status, more = _behind(visitor, target)
            to_ask += more
            if status == HTTPStatus.OK or target.query:
                found.setdefault(target.shape, target)
    return [marked(target) for target in found.values()]


def _behind(visitor: Visitor, target: Target) -> tuple[int, list[Target]]:
    """What an address leads to: by a redirect, or by the links and forms of its page."""
    answer, text = visitor.ask(target.address)
    page = Page(text if "html" in answer.headers.get("Content-Type", "") else "")
    links = [*page.links, *filter(None, [answer.headers.get("Location")])]
    return answer.status, [
        *(made for link in links if (made := _target(visitor.base, target.path, link))),
        *(made for form in page.forms if (made := _target(visitor.base, target.path, form[1], form[0], form[2]))),
    ]


def _target(
    base: str, at: str, link: str, method: str = "GET", answers: Mapping[str, str] | None = None
) -> Target | None:
    """A link or a form of a page as a target; None where it leaves the site."""
    whole = urlsplit(urljoin(f"{base}{at}", link))
    if f"{whole.scheme}://{whole.netloc}" != base:
        return None
    query, given = dict(parse_qsl(whole.query, keep_blank_values=True)), dict(answers or {})
    if method == "POST":
        return Target(whole.path, query, given)
    return Target(whole.path, {**query, **given})


def marked(target: Target) -> Target:
    """An address without parameters whose path names one thing is attacked there."""
    ids = [part for part in target.path.split("/") if is_id(part)]
    return replace(target, mark=ids[-1]) if ids and not target.query and not target.form else target
