"""`jirga seed`: made-up gatherings that say so, through the same rules and the same ledger as any paper form."""

import os
import signal
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import accumulate
from multiprocessing import get_context
from random import Random
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import select

from webapp.concerns.rules import Sensitivity, Topic
from webapp.config import Refused, Settings, day_of, now
from webapp.drafts.forms import FIRST_YEAR, GATHERING_LISTS, World
from webapp.drafts.tables import OPTIONS
from webapp.files import Row
from webapp.grievances.actions import Desk
from webapp.office import Office, release_rest
from webapp.paper.actions import Report, enter_batches
from webapp.paper.rules import batches
from webapp.people import actions as people
from webapp.people.models import Person
from webapp.people.queries import by_username
from webapp.people.rules import Role, new_password
from webapp.places.models import District

USERNAME = "synthetic"
#: Rows that are committed together, and may be a few more, since a gathering is never cut.
CHUNK = 500
#: So many chunks are checked sooner than another process has started.
CHUNKS_ALONE = 8
FIRST_DAY = date(2019, 1, 1)
MOST_ROWS, POPULATION_NOT_KNOWN = 27, 100_000
Drawn = TypeVar("Drawn")
MARKS: Mapping[str, str] = {"en": "Synthetic example:", "ur": "فرضی مثال:", "ps": "فرضي مثال:"}
SENTENCES: Mapping[str, Sequence[str]] = {
    "en": (
        "The elders named this concern and asked that it be written down in their own words.",
        "Several families say that it makes their days harder, and that bad roads add to it.",
        "It was said before in other places, and people still wait for a clear answer.",
    ),
    "ur": (
        "مشران نے یہ مسئلہ بیان کیا اور کہا کہ اسے ان ہی کے الفاظ میں لکھا جائے۔",
        "کئی خاندان کہتے ہیں کہ اس سے ان کے دن مشکل ہو گئے ہیں اور خراب راستے مشکل اور بڑھا دیتے ہیں۔",
        "یہ بات پہلے بھی کہی گئی مگر لوگ اب تک واضح جواب کے انتظار میں ہیں۔",
    ),
    "ps": (
        "مشرانو دا خبره وکړه او وې وئیل چې د هغوی په خپلو لفظونو کښې دې ولیکلې شي.",
        "ډېرې کورنۍ وایي چې په دې یې ژوند ګران شوی دی او خرابې لارې یې نور هم ګرانوي.",
        "دا خبره مخکښې هم شوې وه، خو خلک لا تر اوسه د صفا ځواب په انتظار کښې دي.",
    ),
}  # fmt: skip
STOPS: Mapping[str, str] = {"en": ".", "ur": "۔", "ps": "."}
#: Ends every narrative; the number tells it from all others.
ENDS: Mapping[str, str] = {
    "en": "No person and no event in this account is real; it is number {}.",
    "ur": "اس بیان میں کوئی شخص اور کوئی واقعہ حقیقی نہیں؛ اس کا نمبر {} ہے۔",
    "ps": "په دې بیان کښې هېڅ سړی او هېڅ پېښه اصلي نه ده؛ نمبر یې {} دی.",
}


class Lot(Generic[Drawn]):
    """What is drawn from, each as often as its weight says."""

    def __init__(self, weights: Mapping[Drawn, float]) -> None:
        self.all, self.sums = tuple(weights), tuple(accumulate(weights.values()))

    def draw(self, random: Random) -> Drawn:
        """One of it."""
        return random.choices(self.all, cum_weights=self.sums)[0]


SENSITIVITIES = Lot({Sensitivity.NO: 92, Sensitivity.CONFIDENTIAL: 5, Sensitivity.REFERRAL_ONLY: 3})
SPOKEN = Lot({"ur": 50, "ps": 35, "en": 15})
WISHES = Lot({"district_officials": 90, "province_only": 4, "numbers_only": 3, "protected": 3})
CONSENT = Lot({"yes": 97, "no": 3})
RAISED_BEFORE = Lot({"yes": 50, "no": 40, "not_sure": 10})
URGENCIES = Lot({"life_danger": 3, "high": 17, "normal": 55, "long_term": 25})
#: What came of raising it before; a threat of old protects what is filed now.
RESULTS = Lot({code: 4 if code == "threatened" else 16 for code in OPTIONS["prior_result"]})
CODES = {name: tuple(codes) for name, codes in OPTIONS.items()}
MET = {name: CODES[options] for name, options in GATHERING_LISTS.items()}


class Sketch(NamedTuple):
    """A gathering before its rows: its number, the number of its first row, how many rows, where and when."""

    number: int
    first: int
    size: int
    district: str
    day: date


@dataclass(frozen=True)
class Fiction:
    """What is made up; all of it follows from the seed, the reference tables and the last day."""

    seed: int
    world: World
    #: district -> people, where a census counted them
    population: Mapping[str, int]
    last: date

    @cached_property
    def districts(self) -> Lot[str]:
        """Districts by population."""
        offered = (code for code, place in self.world.atlas.districts.items() if place.valid(self.world.today))
        return Lot({code: self.population.get(code, POPULATION_NOT_KNOWN) for code in offered})

    @cached_property
    def topics(self) -> dict[Sensitivity, Lot[str]]:
        """The topics of each sensitivity, some raised more often than others."""
        offered = [topic for topic in self.world.taxonomy.subcategories.values() if topic.valid(self.world.today)]
        _random(self.seed, "topics").shuffle(offered)
        weights = {topic.code: 1 / (place + 10) for place, topic in enumerate(offered)}
        return {
            kind: Lot({topic.code: weights[topic.code] for topic in offered if topic.sensitivity is kind})
            for kind in Sensitivity
        }

    def sketches(self, count: int) -> list[Sketch]:
        """Gatherings with `count` rows in all; a larger count only adds rows."""
        found: list[Sketch] = []
        rows = 0
        while rows < count:
            made = self._sketch(len(found), rows)
            found.append(made._replace(size=min(made.size, count - rows)))
            rows += made.size
        return found

    def _sketch(self, number: int, first: int) -> Sketch:
        random = _random(self.seed, "gathering", number)
        size = min(MOST_ROWS, 1 + int(random.expovariate(1 / 4.2)))
        # the power lets them grow from year to year
        day = FIRST_DAY + (self.last - FIRST_DAY) * random.random() ** 0.6
        return Sketch(number, first, size, self.districts.draw(random), day)

    def rows(self, sketch: Sketch) -> Iterator[Row]:
        """The rows of a gathering, as cells of a sheet of paper forms."""
        random = _random(self.seed, "rows", sketch.number)
        received = min(sketch.day + timedelta(days=random.randrange(30)), self.last)
        met = {name: random.choice(codes) for name, codes in MET.items()} | {
            "gathering_ref": f"{USERNAME} {self.seed} {sketch.number}",
            "gathering_date": str(sketch.day),
            "gathering_district": sketch.district,
            "received_date": str(received),
            "language": SPOKEN.draw(random),
        }
        told: list[dict[str, str]] = []
        while len(told) < sketch.size:
            cells = self._grievance(random, met, sketch.first + len(told) + 1)
            if cells not in told:  # two without a story may be equal, and would be one
                told.append(cells)
        yield from (Row(sketch.first + place, met | cells) for place, cells in enumerate(told, start=1))

    def _grievance(self, random: Random, met: Mapping[str, str], number: int) -> dict[str, str]:
        here = random.random() < 0.9
        topic = self.world.taxonomy.subcategories[self.topics[SENSITIVITIES.draw(random)].draw(random)]
        begun = int(met["gathering_date"][:4]) - int(random.expovariate(1 / 5))
        cells = {
            "district": met["gathering_district"] if here else self.districts.draw(random),
            "category": topic.category,
            "subcategory": topic.code,
            "consent_statistics": CONSENT.draw(random),
            "start_year": str(begun) if begun >= FIRST_YEAR else "",
        }
        if topic.sensitivity is Sensitivity.REFERRAL_ONLY:
            return cells | {"person_asked": "yes"}
        cells |= _details(random)
        if cells["confidentiality"] == "numbers_only":
            return cells | {"consent_statistics": "yes"}
        return cells | {"narrative": _narrative(random, topic, met["language"], number)}


def _random(*seed: object) -> Random:
    return Random(" ".join(map(str, seed)))  # noqa: S311 - the same seed has to give the same again


def _details(random: Random) -> dict[str, str]:
    """What is asked about ordinary and confidential subjects alike."""
    cells = {name: random.choice(CODES[name]) for name in ("timing", "households")}
    cells |= {"urgency": URGENCIES.draw(random), "confidentiality": WISHES.draw(random)}
    cells["groups_affected"] = ";".join(random.sample(CODES["groups"], random.randrange(4)))
    cells["remedies"] = ";".join(random.sample(CODES["remedy"], random.randint(1, 3)))
    cells["raised_before"] = RAISED_BEFORE.draw(random)
    if cells["raised_before"] == "yes":
        cells["raised_to"] = ";".join(random.sample(CODES["body"], random.randint(1, 2)))
        cells["prior_result"] = RESULTS.draw(random)
    return cells


def _narrative(random: Random, topic: Topic, language: str, number: int) -> str:
    told = random.sample(SENTENCES[language], random.randint(1, 3))
    subject = f"{MARKS[language]} {topic.labels[language]}{STOPS[language]}"
    return " ".join((subject, *told, ENDS[language].format(number)))


def plant(office: Office, count: int, seed: int = 1, progress: Callable[[int], None] | None = None) -> int:
    """Let made-up gatherings with `count` grievances stand in the instance, and release them; how many were added.

    The same seed again adds only what is missing. `progress` hears how many were looked at since it last heard.
    Raises Refused where real people have filed, or may.
    """
    person, population = author(office)
    world = office.world(person)
    fiction = Fiction(seed, world, population, day_of(person.created_at))
    # district by district, because the ledger is sorted so
    chunks = list(_chunks(sorted(fiction.sketches(count), key=lambda one: (one.district, one.day))))
    added = 0
    for new, looked_at in _sown(office, person.id, fiction, chunks):
        added += new
        if progress:
            progress(looked_at)
    release_rest(office, "seed")
    return added


def author(office: Office) -> tuple[Person, dict[str, int]]:
    """The account that all of it is filed under, with a password nobody knows, and the population of districts."""
    if office.settings.demo:
        raise Refused("the demo holds real gatherings; set JIRGA_DATA_DIR to another folder and run jirga init there")
    with office.acting() as operator:
        person = by_username(session := operator.session, USERNAME)
        others = select(Person.id).where(Person.role == Role.REPRESENTATIVE, Person.username != USERNAME)
        if session.scalar(others.limit(1)):
            raise Refused("people file here; made-up figures need an instance of their own, set JIRGA_DATA_DIR")
        if person is None:
            scope = tuple(office.reference[0].provinces)
            language = office.settings.default_language
            stored = people.hashed(USERNAME, new_password())
            person = people.add(operator, USERNAME, stored, Role.REPRESENTATIVE, scope, language)
        counted = select(District.code, District.population_2023).where(District.population_2023.is_not(None))
        return person, {code: people_living or 0 for code, people_living in session.execute(counted)}


def _chunks(sketches: Iterable[Sketch]) -> Iterator[list[Sketch]]:
    """Gatherings that are committed together."""
    some: list[Sketch] = []
    for sketch in sketches:
        some.append(sketch)
        if sum(one.size for one in some) >= CHUNK:
            yield some
            some = []
    if some:
        yield some


def _sown(
    office: Office, person_id: uuid.UUID, fiction: Fiction, chunks: Sequence[list[Sketch]]
) -> Iterator[tuple[int, int]]:
    """(grievances added, looked at) of each chunk as it is stored, by as many processes as there are processors."""
    workers = min(os.cpu_count() or 1, len(chunks) // CHUNKS_ALONE)
    if workers < 2:
        yield from map(partial(_sow, office, person_id, fiction), chunks)
        return
    given = (office.settings, person_id, fiction)
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, given) as pool:
        yield from pool.map(_sow_next, chunks)


def _sow(office: Office, person_id: uuid.UUID, fiction: Fiction, chunk: Iterable[Sketch]) -> tuple[int, int]:
    """Let the rows of some gatherings pass all rules, and store them."""
    checked = batches((row for sketch in chunk for row in fiction.rows(sketch)), fiction.world, "en")
    if any(batch.errors for batch in checked):
        raise Refused("made-up rows do not meet the rules of this version; tell whoever maintains it")
    report = Report()
    with office.writing() as session:
        enter_batches(session, Desk(person_id, office.vault, fiction.world, now()), checked, report)
    return report.added, report.added + report.already


def _begin(settings: Settings, person_id: uuid.UUID, fiction: Fiction) -> None:
    """What a helping process keeps from its start; Ctrl+C stops the command, and the command its helpers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _HELD.append(partial(_sow, Office(settings), person_id, fiction))


def _sow_next(chunk: Iterable[Sketch]) -> tuple[int, int]:
    return _HELD[0](chunk)


#: In a helping process.
_HELD: list[Callable[[Iterable[Sketch]], tuple[int, int]]] = []
