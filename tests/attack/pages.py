"""What a site offers to whoever holds a cookie: its pages, and the parameters that can be attacked."""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tests import factories
from webapp import places
from webapp.config import day_of, now

#: Nothing below an address with one of these words is asked for: it ends one's own sign-in or account, or somebody's.
NEVER = ("exit", "sign-out", "sessions", "leave", "disable")
#: A grievance's number, a code on a card, anything with a long number.
ID = re.compile(r"(?=.*\d)[^.]{6,}|[0-9A-Z]{10}|[0-9A-Z]{5}(-[0-9A-Z]{5})+")
with (Path(places.__file__).parent / "data" / "districts.csv").open(encoding="utf-8") as file:
    DISTRICTS = tuple(row["code"] for row in csv.DictReader(file))
#: At most so many addresses are looked at, and so many that differ in values alone: not every person has the same page.
MOST, ALIKE = 300, 8
#: Right answers, so that a scanner gets past the first refusal; other fields are answered by their kind.
RIGHT = factories.as_given(factories.full(raised_before="yes", people_number="120"))
ANSWERS = {name: values[0] for name, values in RIGHT.items()}
ANSWERS |= {"name": "demo-analyst", "until": day_of(now()).isoformat()}
#: No account can be made with it: a scanner that joined would go on as somebody else.
ANSWERS |= {"username": "x"}
KINDS = {"date": "2025-03-26", "number": "3", "tel": "0300 0000000", "file": None, "submit": None, "image": None}


@dataclass(frozen=True)
class Target:
    """One address with its parameters; `mark` is a part of the path that stands for one thing, like a reference."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    #: what is posted, which may be nothing; None for a page that is read
    form: Mapping[str, str] | None = None
    mark: str = ""

    @property
    def method(self) -> str:
        """How it is asked for."""
        return "GET" if self.form is None else "POST"

    @property
    def shape(self) -> tuple[str, ...]:
        """The same for addresses that differ in nothing but values."""
        parts = ("*" if is_id(part) else part for part in self.path.split("/"))
        return ("/".join(parts), self.method, *sorted({*self.query, *(self.form or ())}))

    @property
    def address(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def parameters(self) -> list[str]:
        """Names of what can be attacked."""
        return sorted({*self.query, *(self.form or ()), *([self.mark] if self.mark else [])})


@dataclass(frozen=True)
class Visitor:
    """Asks for pages of a site on this machine, with a cookie or none; follows nothing."""

    base: str
    cookie: str = ""

    def ask(
        self, address: str, form: Mapping[str, object] | None = None, **headers: str | None
    ) -> tuple[HTTPResponse, str]:
        """The answer and its text; a form is posted as our own page would post it, unless headers say otherwise."""
        body = None if form is None else urlencode(form, doseq=True)
        return self.send(address, body, "application/x-www-form-urlencoded", **headers)

    def send(
        self, address: str, body: str | bytes | None, kind: str, **headers: str | None
    ) -> tuple[HTTPResponse, str]:
        """The same with a body as it is, of this content type."""
        sent = {**factories.SAME_SITE, **({"Cookie": self.cookie} if self.cookie else {})}
        if body is not None:
            sent["Content-Type"] = kind
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in {**sent, **changed}.items() if value is not None}
        connection = HTTPConnection(urlsplit(self.base).netloc, timeout=30)
        try:
            connection.request("GET" if body is None else "POST", address, body, sent)
            answer = connection.getresponse()
            return answer, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def sign_in(self, username: str, password: str) -> "Visitor":
        """The same visitor, signed in."""
        answer, _ = self.ask("/en/sign-in", {"username": username, "password": password})
        return self.after(answer)

    def after(self, answer: HTTPResponse) -> "Visitor":
        """The same visitor with the sign-in that an answer gave, if it gave one."""
        given = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", [])]
        return replace(self, cookie=next((cookie for cookie in given if "session=" in cookie), self.cookie))


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
        if tag in ("a", "script"):
            self.links += filter(None, [given.get("href"), given.get("src")])
        elif tag == "form":
            self.forms.append((given.get("method", "get").upper(), given.get("action", ""), {}))
        elif self.forms and "formaction" in given:
            self.forms.insert(-1, (self.forms[-1][0], given["formaction"], self.forms[-1][2]))
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
    """Whether a part of a path names one thing: a reference, a uuid, a code, a district."""
    return bool(ID.fullmatch(part)) or part in DISTRICTS


def forbidden(path: str) -> bool:
    """Whether nobody may go there during a scan."""
    return any(part in NEVER for part in path.split("/"))


def offered(visitor: Visitor, seeds: Iterable[str | Target], root: str) -> list[Target]:
    """Everything below `root` that opens or takes parameters and can be reached from the seeds, each shape once."""
    made = (seed if isinstance(seed, Target) else _target(visitor.base, "/", seed) for seed in seeds)
    to_ask = deque(filter(None, made))
    found, alike, asked = dict[tuple[str, ...], Target](), Counter[tuple[str, ...]](), set[str]()
    while to_ask and len(asked) < MOST:
        target = to_ask.popleft()
        if forbidden(target.path) or not target.path.startswith(root):
            continue
        if target.form is not None:
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


def widest(targets: Sequence[Target]) -> list[Target]:
    """Those with parameters, each page once with the most of them; one kind of file stands for all kinds."""
    found = dict[tuple[str, ...], list[Target]]()
    for target in sorted(targets, key=lambda one: (-len(one.parameters), not one.path.endswith(".csv"))):
        page = (re.sub(r"\.\w+$", "", target.shape[0]), target.method)
        alike = found.setdefault(page, [])
        if target.parameters and not any({*target.parameters} <= {*other.parameters} for other in alike):
            alike.append(target)
    return [target for target in targets if any(target is one for alike in found.values() for one in alike)]
