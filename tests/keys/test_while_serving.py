"""Keys rotate while jirgas file and officials read: nobody is refused, and every word opens afterwards."""

import threading
from collections.abc import Callable

import pytest

from tests import factories
from tests.keys.conftest import Kept
from webapp import keys
from webapp.people.models import Person
from webapp.texts.models import Text
from webapp.vault import Vault

#: So slow that those who file come between the parts.
BREATH = 0.02


class Busy(threading.Thread):
    """Does one thing again and again until it is stopped, and keeps what it saw."""

    def __init__(self, act: Callable[[int], object]) -> None:
        super().__init__(daemon=True)
        self._act, self.seen, self.stopped = act, list[object](), threading.Event()

    def run(self) -> None:
        """An error is something that was seen too."""
        while not self.stopped.is_set():
            try:
                self.seen.append(self._act(len(self.seen)))
            except Exception as error:  # noqa: BLE001
                self.seen.append(repr(error))
                return


def test_while_people_file_and_read(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "BREATH", BREATH)
    references = [kept.place.file(narrative=f"Synthetic: {factories.word()} to be read.") for _ in range(30)]
    filers = [kept.browser(), kept.browser()]
    reader = kept.app.test_client()
    reviewer = kept.session.get_one(Person, kept.place.people["reviewer"].id)
    assert factories.sign_in(reader, reviewer).status_code == 303
    kept.session.rollback()

    def filing(number: int) -> Callable[[int], object]:
        return lambda _: kept.file(filers[number], f"Synthetic: {factories.word()} from {'ab'[number]}.")[0]

    def reading(turn: int) -> object:
        page = reader.get(f"/en/queue/{references[turn % len(references)]}")
        return page.status_code, "to be read." in page.text

    busy = [Busy(filing(0)), Busy(filing(1)), Busy(reading)]
    for one in busy:
        one.start()
    try:
        kept.jirga.right("keys", "rotate")
    finally:
        for one in busy:
            one.stopped.set()
        for one in busy:
            one.join(30)
    assert [set(one.seen) for one in busy] == [{201}, {201}, {(200, True)}]
    filed = len(busy[0].seen) + len(busy[1].seen)
    assert filed > 4, "they were served meanwhile"
    assert kept.closed_to(kept.app.extensions["store"].vault) == 0
    assert kept.closed_to(Vault(kept.ring[0], factories.SECRET)) == 0
    assert kept.closed_to(factories.VAULT) == len(kept.sealed())
    assert kept.whole()


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_words_that_are_being_erased_do_not_come_back(kept: Kept) -> None:
    """Whoever erases is not waited for, and nothing is written over it; on SQLite one of the two is first."""
    text = kept.session.query(Text).order_by(Text.id).first()
    assert text is not None
    text.sealed = None
    kept.session.flush()
    done = kept.jirga.run("keys", "rotate")
    assert (done.code, done.err[:6]) == (3, "1 left")
    kept.session.commit()
    assert "0 sealed anew" in kept.jirga.right("keys", "rotate")
    kept.session.refresh(text)
    assert text.sealed is None
    assert len(kept.ring) == 2
