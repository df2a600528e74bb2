"""Every step, outcome, promise and refusal has its words, and every word is used."""

import ast

from tests.house import sources
from webapp.clocks.rules import Kind
from webapp.drafts.labels import PROBLEMS as DRAFTS
from webapp.grievances.rules import Outcome
from webapp.handling import labels
from webapp.history.tables import Step

REFUSING = ("refusal", "_too_late", "_not_this_officer")


def test_all_have_words() -> None:
    assert set(labels.STEPS) == {None, *Step}
    assert set(labels.OUTCOMES) == set(Outcome)
    assert set(labels.PROMISES) == set(labels.LATE) == set(Kind)
    for table in (labels.STEPS, labels.OUTCOMES, labels.PROMISES, labels.LATE, labels.PROBLEMS):
        assert len(set(table.values())) == len(table)


def codes(module: str) -> set[str]:
    """What the functions that say "str | None" may answer, what is refused at a field, and what breaks a rule."""
    found: set[str] = set()
    for node in ast.walk(sources.tree(sources.WEBAPP / "handling" / f"{module}.py")):
        if isinstance(node, ast.FunctionDef) and node.name in REFUSING:
            answers = [one for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
            for one in answers:
                chosen = [part for part in ast.walk(one) if isinstance(part, ast.IfExp)]
                said = [one.value, *(part for each in chosen for part in (each.body, each.orelse))]
                found |= {part.value for part in said if isinstance(part, ast.Constant) and part.value}
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("refuse", "RuleBroken", "Problem"):
            found |= {node.args[-1].value} if isinstance(node.args[-1], ast.Constant) else set()
    return found


def test_every_refusal_has_words() -> None:
    found = {code for module in ("rules", "forms", "actions") for code in codes(module)}
    assert found <= {*labels.PROBLEMS, *DRAFTS}
    assert set(labels.PROBLEMS) - found == {"unfit"}
