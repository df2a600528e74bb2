"""The form of a shutdown: its questions, and reading what was given."""

from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from webapp.clocks.rules import MOST_AHEAD, MOST_BACK, WHY, unfit
from webapp.drafts.forms import Given, Problem, Reader, World, read_day
from webapp.drafts.labels import PROBLEMS as USUAL
from webapp.forms import AnswerField, BaseForm, Questions, Say, districts
from webapp.shutdowns.labels import PROBLEMS, QUESTIONS

ShutdownQuestions = type(
    "ShutdownQuestions",
    (BaseForm,),
    {name: AnswerField(label, kind=kind) for name, (kind, label, _) in QUESTIONS.items()},
)


@dataclass
class Said:
    """What was given; nothing of it counts when there are errors, and warnings ask for one look more."""

    district: str
    first: date
    last: date
    why: str
    errors: list[Problem]
    warnings: list[Problem]


def read(given: Given, world: World) -> Said:
    """Every question; `world.scope` is the districts for which the person may mark."""
    reader = Reader(given, world)
    place = world.atlas.districts.get(district := reader.one("district"))
    if district and (place is None or district not in world.scope or not place.valid(world.today)):
        reader.refuse("district", "not_your_place")
    first, last = (_day(reader, name) for name in ("first", "last"))
    for name, code in unfit(first, last, world.today):
        reader.refuse(name, code)
    why = reader.words("why", WHY, needed=True) or ""
    if len(why) > WHY[1] and not any(one.code == "too_long" for one in reader.errors):  # marks count where it is stored
        reader.refuse("why", "too_long", over=len(why) - WHY[1])
    return Said(district, first or world.today, last or world.today, why, reader.errors, reader.warnings)


def _day(reader: Reader, name: str) -> date | None:
    """A day, or what is wrong with it noted."""
    found = read_day(typed := reader.one(name))
    if typed and found is None:
        reader.refuse(name, "bad_date")
    return found


class MarkForm(Questions):
    """Which district, from when to when, why."""

    said = {**USUAL, **PROBLEMS}

    def __init__(self, world: World, language: str, say: Say, given: MultiDict[str, str] | None = None) -> None:
        made = ShutdownQuestions(given or MultiDict({"first": world.today.isoformat()}))
        super().__init__({name: made[name] for name in QUESTIONS}, say)
        for name, field in self.fields.items():
            _, label, hint = QUESTIONS[name]
            field.label.text, field.hint = say(label), say(hint) if hint else ""
        self.fields["district"].choices = districts(world, world.scope, language)
        self.fields["why"].max = WHY[1]
        for name in ("first", "last"):
            self.fields[name].min_day = world.today - timedelta(MOST_BACK)
            self.fields[name].max_day = world.today + timedelta(MOST_AHEAD if name == "last" else 0)
