"""A demo in which something of every kind stands, so that each role finds a link to each of its pages. Synthetic."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests import factories
from tests.attack.pages import Page, Target, Visitor
from tests.bulk.handing_in import KIND, enveloped
from tests.paper.sheets import csv_of, sheet
from webapp.config import day_of, now

#: The password was typed, the second factor's code was not.
HALFWAY = "halfway"
NOBODY, JIRGA = "nobody", "demo-representative"
SECRET = re.compile(r'<bdi class="code small"[^>]*>([^<]+)</bdi>')
CODE = re.compile(r'<p class="secret">[^<]*<bdi[^>]*>([^<]+)</bdi>')
CLOSED = {"outcome": "not_solved_refused", "reason": "Synthetic: no money is left."}


class Furnished:
    """Who is signed in at a demo, and where each may start besides the pages that all can ask for."""

    def __init__(self, base: str, passwords: Mapping[str, str]) -> None:
        self.base, self.passwords = base, passwords
        self.visitors = {name: Visitor(base).sign_in(name, word) for name, word in passwords.items()}
        self.starts: dict[str, Sequence[str | Target]] = {}
        self._file()
        self._mark()
        self._invite()
        self._close()
        self._secure()

    def of(self, name: str) -> tuple[Visitor, Sequence[str | Target]]:
        """Somebody with a cookie, or a stranger, and where they start."""
        return self.visitors.get(name, Visitor(self.base)), self.starts.get(name, ())

    def _done(self, name: str, address: str, form: Mapping[str, Any]) -> str:
        """Post a form that must be right; where it leads, or its page."""
        answer, text = self.visitors[name].ask(address, form)
        assert answer.status in (200, 201, 303), (name, address, answer.status)
        self.visitors[name] = self.visitors[name].after(answer)
        return answer.headers.get("Location") or text

    def _file(self) -> None:
        """Two grievances, one of them protected; a sheet that waits."""
        found = [
            self._done(JIRGA, "/en/submit", factories.full(confidentiality=kept))
            for kept in ("district_officials", "protected")
        ]
        answer, _ = self.visitors[JIRGA].send("/en/import", enveloped(csv_of(sheet(2))), KIND)
        self.filed = [where.rpartition("/")[2] for where in found]
        # what is shown only after ten minutes, and only when something was done to the account
        unlock = Target(f"/en/grievances/{self.filed[0]}/password", form={"password": "abc"})
        told = Target("/en/account/notices", form={"next": "/en/account"})
        self.starts[JIRGA] = [*found, answer.headers["Location"], unlock, told]

    def _mark(self) -> None:
        today = day_of(now())
        days = {"first": today.isoformat(), "last": (today + timedelta(2)).isoformat()}
        self._done("demo-supervisor", "/en/shutdowns", {"district": "khyber", **days, "why": "Synthetic: the road."})

    def _invite(self) -> None:
        """A card, on whose page a stranger starts."""
        form = {"role": "reviewer", "scope": "bannu", "language": "en"}
        chief = "demo-administrator"
        card = self._done(chief, "/en/admin/invitations", form)
        person = re.findall(r"/en/admin/people/[0-9a-f-]{36}", self.visitors[chief].ask("/en/admin/people")[1])[1]
        self.starts[chief] = [Target(f"{person}/enable", form={}), f"{person}/code"]
        self.starts[NOBODY] = [f"/en/join/{CODE.findall(card)[0]}"]

    def _step(self, name: str, reference: str, step: str, tail: str = "", **changes: str) -> None:
        """Take a step that the page of a grievance offers, with what its form proposes; or keep it for later."""
        where = f"/en/queue/{reference}"
        forms = Page(self.visitors[name].ask(where)[1]).forms
        proposed = next(form for _, action, form in forms if action == f"{where}/{step}")
        self._done(name, f"{where}/{step}{tail}", {**proposed, **changes})

    def _close(self) -> None:
        """The first is closed, which an auditor may read; words about the second are kept for later."""
        closed, guarded = self.filed
        self._step("demo-reviewer", closed, "acknowledge")
        self._step("demo-supervisor", closed, "close", **CLOSED)
        for name, reference in (("demo-reviewer", closed), ("demo-supervisor", closed), ("demo-protection", guarded)):
            self._step(name, reference, "note", "/keep", note="Synthetic: not sent yet.")
            self.starts[name] = [f"/en/queue/{reference}"]
        self.starts["demo-auditor"] = [f"/en/queue/{closed}"]

    def _secure(self) -> None:
        """The auditor has a second factor, and is half signed in at another browser."""
        name = "demo-auditor"
        self._done(name, "/en/account/factor", {"password": self.passwords[name]})
        (secret,) = SECRET.findall(self.visitors[name].ask("/en/account/factor")[1])
        code = factories.digits(re.sub("[ -]", "", secret))
        self._done(name, "/en/account/factor", {"code": code})
        self.visitors[HALFWAY] = Visitor(self.base).sign_in(name, self.passwords[name])
