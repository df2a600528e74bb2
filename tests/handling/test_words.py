"""What is written with a step: looked at for danger, sealed, opened for those whom it is for. Synthetic."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.handling.acting import WORDS, Place
from tests.watching import stored
from webapp.handling import actions, queries
from webapp.handling.queries import Opened
from webapp.history.tables import MOVES, Step
from webapp.people.models import Person

NUMBER, DOUBT = "Synthetic: call 0300 1234567 about it.", "Synthetic: ask Captain Gul about it."


def ready(here: Place, step: Step) -> tuple[str, str]:
    """A grievance for which that step is the next, and who takes it."""
    reference = here.file(**({"confidentiality": "protected"} if step is Step.PROPOSE_LIFT else {}))
    if step is Step.PROPOSE_LIFT:
        return reference, "protector"
    if step is Step.CORRECT_OFFICIAL or MOVES[step].text:
        here.take("reviewer", reference, Step.ACKNOWLEDGE)
    before = {
        Step.SEND_BACK: Step.REFER, Step.ANSWER: Step.ASK, Step.CONFIRM: Step.REPORT_ACTION,
        Step.REOPEN: Step.REPORT_ACTION,
    }.get(step)  # fmt: skip
    if before:
        here.take("reviewer", reference, before)
    owner = step in (Step.ANSWER, Step.CONFIRM, Step.REOPEN)
    return reference, "owner" if owner else "supervisor" if step is Step.CLOSE else "reviewer"


@pytest.mark.parametrize("step", [step for step, move in MOVES.items() if move.text])
def test_the_same_rules_for_everybodys_words(here: Place, step: Step) -> None:
    kind, needed = MOVES[step].text or "", MOVES[step].text_needed
    reference, name = ready(here, step)

    def found(text: str | None, **more: Any) -> Any:
        return here.unfit(name, reference, step, **{kind: text, **more})

    assert found(NUMBER) == found(NUMBER, checked="yes") == {kind: ["cnic"]}
    assert found("http://example.org/x is the place") == {kind: ["url"]}
    assert found("four") == {kind: ["too_short"]}
    assert found("x" * 1501) == {kind: ["too_long"]}
    assert found(DOUBT) == {kind: ["rank_name?"]}
    if needed:
        assert found(None) == found(" \n ") == {kind: ["required"]}
    here.take(name, reference, step, **{kind: DOUBT, "checked": "yes"})
    reader = name if kind == "note" else "owner"
    row = queries.texts_of(here.session, factories.VAULT, here.people[reader], here.state(reference, reader))
    language = "ur" if name == "owner" or kind == "note" else "ps"
    assert row[here.last(reference)] == [Opened(kind, language, DOUBT)]
    assert "Captain Gul" not in stored(here.session)


def test_an_owner_never_gets_the_story_back(here: Place) -> None:
    reference, _ = ready(here, Step.ANSWER)
    here.take("owner", reference, Step.ANSWER)

    def kinds(name: str, wanted: set[str] | None = None) -> set[str]:
        state = here.state(reference, name)
        found = queries.texts_of(here.session, factories.VAULT, here.people[name], state, wanted)
        return {text.kind for several in found.values() for text in several}

    assert kinds("owner") == {"question", "answer"}
    assert kinds("owner", {"narrative", "question"}) == {"question"}
    assert kinds("reviewer") == kinds("supervisor") == {"question", "answer", "narrative"}
    state = here.state(reference, "reviewer")
    for name in ("stranger", "protector", "auditor", "analyst", "administrator"):
        assert queries.texts_of(here.session, factories.VAULT, here.people[name], state) == {}


def test_the_owners_list(here: Place) -> None:
    """Newest first, a page at a time, with what is new; nobody else's."""
    references = []
    for place in range(5):
        references.append(here.file(narrative=f"Synthetic: matter number {place}."))
        here.forward(minutes=place % 2)
    here.file("stranger")
    here.take("reviewer", references[1], Step.ACKNOWLEDGE)
    here.take("reviewer", references[1], Step.ASK)
    here.take("owner", references[1], Step.ANSWER)
    owner = here.people["owner"]
    pages, after = [], None
    while True:
        lines, more = queries.mine(here.session, owner, after, limit=2)
        pages.append([line.reference for line in lines])
        after = lines[-1].reference
        if not more:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(one for page in pages for one in page) == sorted(references)
    lines, _ = queries.mine(here.session, owner)
    received = [here.row(line.reference).received_at for line in lines]
    assert received == sorted(received, reverse=True)
    assert {line.reference: line.news for line in lines if line.news} == {references[1]: 2}
    strange, _ = queries.mine(here.session, owner, here.file("stranger"))
    assert strange == lines, "somebody else's reference opens no other page"
    for who in ("reviewer", "owner"):
        actions.mark_seen(here.session, here.people[who], here.state(references[1], who))
        here.session.commit()
        news = {line.news for line in queries.mine(here.session, owner)[0]}
        assert news == ({0} if who == "owner" else {0, 2})
    here.take("reviewer", references[1], Step.REVIEW)
    assert [line.news for line in queries.mine(here.session, owner)[0] if line.news] == [1]


def test_a_new_code_veils_what_was_filed_before(here: Place) -> None:
    reference = here.file()
    here.forward(days=1)
    owner = here.people["owner"]
    person = here.session.get_one(Person, owner.id)
    person.reset_at = here.at
    here.session.commit()
    here.people["owner"] = again = dataclasses.replace(owner, reset_at=here.at)
    later = here.file(narrative="Synthetic: filed since.")
    lines, _ = queries.mine(here.session, again)
    assert {line.reference: line.veiled for line in lines} == {reference: True, later: False}
    assert here.refused("owner", reference, Step.CORRECT) == "veiled"
    here.take("owner", later, Step.CORRECT)
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    here.take("reviewer", reference, Step.ASK)
    state = here.state(reference, "owner")
    assert queries.texts_of(here.session, factories.VAULT, again, state) == {}
    here.take("owner", reference, Step.WITHDRAW)
    assert WORDS not in stored(here.session)
    assert again.reset_at == here.at > owner.started_at - timedelta(days=1)
