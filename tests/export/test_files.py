"""The summary file, compared whole; what it leaves out, what it leaves empty, and that it never changes."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.summary import counts
from tests.summary.counts import MARCH, OPENED, WEEK, Made
from webapp.concerns.models import Subcategory
from webapp.concerns.queries import taxonomy
from webapp.concerns.rules import Sensitivity
from webapp.export import queries
from webapp.files import read_csv
from webapp.places.models import District
from webapp.places.queries import atlas
from webapp.questions.rules import Dimension, Unanswerable

TODAY = date(2026, 11, 22)


def file(session: Session, language: str = "en", *, live: bool = False, **words: str) -> bytes:
    """The bytes of `jirga summary`."""
    given = {name: [word] for name, word in words.items()}
    reference = (atlas(session), taxonomy(session))
    return queries.file(session, given, reference, language, today=TODAY, live=live)


def rows(data: bytes) -> list[Mapping[str, str]]:
    """Its rows as a reader sees them."""
    return [row.cells for row in read_csv(BytesIO(data), 100_000).rows]


def six(area: str, code: str, key: int = 2000, month: int = MARCH) -> list[Made]:
    """Six synthetic grievances, four of them confirmed, whose keys add up to `key`: 700 shows 5 and 3, 2000 shows 6 and
    3, 4000 shows 9 and 7.
    """
    return [Made(area, month, code, key if n == 0 else 0, confirmed=n < 4) for n in range(6)]


def publish(session: Session, people: list[Made], by: Dimension = Dimension.URGENCY) -> None:
    """Release 1."""
    counts.opened(session)
    counts.publish(session, counts.cells(people, by))


PEOPLE = [*six("bannu", "high"), *six("bannu", "normal", 4000), *six("PK-KP", "long_term", 700, MARCH + 1)]
HEAD = (
    "\ufeffrelease,period,province_code,province_pcode,province,division_code,division,"
    "district_code,district_pcode,district,by,"
)
LONG = f"""\
{HEAD}code,label,grievances,gatherings,confirmed,protected
1,2025,PK-KP,PK5,Khyber Pakhtunkhwa,bannu,Bannu,bannu,PK503,Bannu,urgency,life_danger,Life in danger now,0,,0,yes
1,2025,PK-KP,PK5,Khyber Pakhtunkhwa,bannu,Bannu,bannu,PK503,Bannu,urgency,high,Serious harm within days,6,,3,yes
1,2025,PK-KP,PK5,Khyber Pakhtunkhwa,bannu,Bannu,bannu,PK503,Bannu,urgency,normal,Needs action in weeks,9,,7,yes
1,2025,PK-KP,PK5,Khyber Pakhtunkhwa,bannu,Bannu,bannu,PK503,Bannu,urgency,long_term,Long-standing problem,0,,0,yes
"""
WIDE = f"""\
{HEAD}life_danger,high,normal,long_term,total,protected
1,2025-Q1,PK-KP,PK5,Khyber Pakhtunkhwa,,,,,,urgency,0,6,9,0,12,yes
1,2025-Q1,PK-BA,PK2,Balochistan,,,,,,urgency,,,,,,yes
1,2025-Q2,PK-KP,PK5,Khyber Pakhtunkhwa,,,,,,urgency,0,0,0,5,5,yes
1,2025-Q2,PK-BA,PK2,Balochistan,,,,,,urgency,,,,,,yes
"""
BARE = f"""\
{HEAD}code,label,grievances,gatherings,confirmed,protected
,all,PK-KP,PK5,Khyber Pakhtunkhwa,,,,,,none,total,Total,18,0,12,no
,all,PK-BA,PK2,Balochistan,,,,,,none,total,Total,,,,no
"""
PROTECTED = f"""\
{HEAD}code,label,grievances,gatherings,confirmed,protected
1,2025,PK-KP,PK5,Khyber Pakhtunkhwa,,,,,,protection,total,Total,6,,,yes
1,2025,PK-BA,PK2,Balochistan,,,,,,protection,total,Total,,,,yes
"""


def crlf(text: str) -> bytes:
    """As it lies in a file."""
    return text.replace("\n", "\r\n").encode()


def test_the_long_file(session: Session) -> None:
    """One district by urgency; what was posted at the province is not in it."""
    publish(session, PEOPLE)
    assert file(session, by="urgency", district="bannu", period="2025") == crlf(LONG)


def test_the_wide_file(session: Session) -> None:
    """Provinces by urgency, each quarter: the total is protected by itself, a province without reports is empty."""
    publish(session, PEOPLE)
    assert file(session, by="urgency", area="province", every="quarter", layout="wide") == crlf(WIDE)


def test_the_operators_file(session: Session) -> None:
    """Live and bare; of no release."""
    publish(session, [])
    counts.actions.post(session, counts.cells(PEOPLE))
    assert file(session, by="none", area="province", live=True) == crlf(BARE)


def test_the_file_of_protected_grievances(session: Session) -> None:
    """By province and year, with neither gatherings nor confirmed."""
    publish(session, six("PK-KP", "total"), Dimension.PROTECTION)
    assert file(session, by="protection") == crlf(PROTECTED)


@pytest.mark.parametrize(("layout", "by"), [("long", "category"), ("wide", "status"), ("wide", "none")])
def test_before_the_first_release(session: Session, layout: str, by: str) -> None:
    """Release 0: every area and code, no number."""
    counts.opened(session)
    counts.actions.post(session, counts.cells(PEOPLE))
    found = rows(file(session, layout=layout, by=by))
    assert len(found) == 81 * (14 if layout == "long" else 1)
    assert {row["release"] for row in found} == {"0"}
    numbers = ("grievances", "confirmed") if layout == "long" else ("total",)
    assert {row[name] for row in found for name in numbers} == {""}
    assert len(file(session, layout=layout, by=by, every="month").splitlines()) == 1


@pytest.mark.parametrize(
    ("language", "province", "label"),
    [
        ("ur", "خیبر پختونخوا", "مسلح گروہ اور ان کا تشدد"),
        ("ps", "خیبر پښتونخوا", "وسله والې ډلې او د هغوی تشدد"),
    ],
)
def test_other_languages(session: Session, language: str, province: str, label: str) -> None:
    """Names and labels change; headers, codes, order and numbers do not."""
    publish(session, six("bannu", "armed_groups"), Dimension.CATEGORY)
    english, other = rows(file(session)), rows(file(session, language))
    assert (other[0]["province"], other[0]["label"]) == (province, label)
    told = {"province", "division", "district", "label"}
    assert [{name: row[name] for name in row if name not in told} for row in english] == [
        {name: row[name] for name in row if name not in told} for row in other
    ]
    assert file(session, language).isascii() is False
    assert set("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩").isdisjoint(file(session, language).decode())


def test_the_order_of_rows(session: Session) -> None:
    """Period, then province, division, district, then the taxonomy's order."""
    publish(session, six("bannu", "services") + six("khyber", "services", month=MARCH + 1), Dimension.CATEGORY)
    found = rows(file(session, every="month"))
    places, topics = atlas(session), taxonomy(session)
    assert [(row["period"], row["district_code"], row["code"]) for row in found] == [
        (period, district, code)
        for period in ("2025-03", "2025-04") for district in places.districts for code in topics.categories
    ]  # fmt: skip


LISTS = {
    "urgency": 4, "status": 7, "remedy": 20, "theme": 9, "era": 5, "households": 8, "women_heard": 6, "youth_heard": 6,
    "displaced_heard": 6, "none": 1, "category": 14, "subcategory": 65,
}  # fmt: skip


@pytest.mark.parametrize(("by", "size"), LISTS.items())
def test_how_many_codes(session: Session, by: str, size: int) -> None:
    """What can be absent ends with not_recorded."""
    publish(session, six("bannu", "x"))
    found = Counter(row["code"] for row in rows(file(session, by=by)))
    assert (len(found), set(found.values())) == (size, {81})
    if by in ("remedy", "era", "households", "women_heard", "youth_heard", "displaced_heard"):
        assert list(found)[-1] == "not_recorded"
    wide = rows(file(session, by=by, layout="wide"))
    assert [name for name in wide[0] if name in found and name != "total"] == [
        name for name in found if name != "total"
    ]


def test_gatherings_stand_by_none_and_the_heard_ones_only(session: Session) -> None:
    """Elsewhere the column is empty."""
    people = [Made("bannu", MARCH, "in_jirga", 2000, gathering_key=2000)] + [
        Made("bannu", MARCH, "in_jirga", 0, gathering_key=0) for _ in range(5)
    ]
    for by, shown in ((Dimension.WOMEN_HEARD, "6"), (Dimension.CATEGORY, "")):
        session.rollback()
        publish(session, [one._replace(code="services") if not shown else one for one in people], by)
        found = next(row for row in rows(file(session, by=by)) if row["grievances"] == "6")
        assert found["gatherings"] == shown


@pytest.mark.parametrize(("area", "left"), [("district", 65), ("division", 65), ("province", 87)])
def test_what_can_never_be_counted_is_left_out(session: Session, area: str, left: int) -> None:
    """Referral-only subjects everywhere, confidential ones by district and division: no row, not a 0."""
    publish(session, six("bannu", "x"))
    codes = {row["code"] for row in rows(file(session, by="subcategory", area=area))}
    assert len(codes) == left
    kept = {Sensitivity.NO} if area != "province" else {Sensitivity.NO, Sensitivity.CONFIDENTIAL}
    assert codes == {topic.code for topic in taxonomy(session).subcategories.values() if topic.sensitivity in kept}


@pytest.mark.parametrize(
    ("words", "field", "code"),
    [
        ({"by": "subcategory", "value": "armed_group_presence"}, "value", "province_value_only"),
        ({"by": "subcategory", "value": "armed_group_presence", "area": "division"}, "value", "province_value_only"),
        ({"by": "subcategory", "value": "armed_extortion", "area": "province"}, "value", "not_counted_here"),
        ({"by": "subcategory", "value": "services"}, "value", "no_value"),
        ({"by": "category", "value": "weather"}, "value", "no_value"),
        ({"by": "none", "value": "services"}, "value", "no_value"),
        ({"release": "2"}, "release", "no_release"),
    ],
)
def test_what_is_refused_once_the_codes_are_known(
    session: Session, words: dict[str, str], field: str, code: str
) -> None:
    """In one line that names the option and says what to do."""
    publish(session, PEOPLE)
    with pytest.raises(Unanswerable) as refused:
        file(session, **words)
    assert (refused.value.field, refused.value.code) == (field, code)
    said = queries.reason(refused.value)
    assert said.startswith(f"--{field}: ")
    assert said.endswith(".")
    assert "\n" not in said


def test_live_figures_have_no_release(session: Session) -> None:
    """They are of no release, so none can be asked for."""
    publish(session, PEOPLE)
    with pytest.raises(Unanswerable, match="release: live_has_no_release"):
        file(session, release="1", live=True)


def test_a_confidential_subject_can_be_asked_for_by_province(session: Session) -> None:
    """One code of it, for every province."""
    publish(session, six("PK-BA", "armed_group_presence"), Dimension.SUBCATEGORY)
    found = rows(file(session, by="subcategory", value="armed_group_presence", area="province"))
    assert [(row["province_code"], row["grievances"]) for row in found] == [("PK-KP", ""), ("PK-BA", "6")]


def test_a_release_gives_the_same_bytes_for_ever(session: Session) -> None:
    """Whatever is filed, published or added to the reference tables afterwards."""
    publish(session, PEOPLE)
    asked = [
        {"by": by, "layout": layout, "every": "month"}
        for by in ("urgency", "subcategory")
        for layout in ("long", "wide")
    ]
    before = [file(session, **words) for words in asked]
    assert [file(session, release="1", **words) for words in asked] == before
    _split_a_district(session)
    counts.actions.post(session, counts.cells(six("khyber", "high")))
    assert [file(session, **words) for words in asked] == before
    counts.publish(session, counts.cells(six("bannu", "high", 77)), OPENED + WEEK)
    assert [file(session, release="1", **words) for words in asked] == before
    after = [file(session, **words) for words in asked]
    assert not set(after) & set(before)
    assert b"newly-made" in after[0]
    assert b"new_subject" in after[2]


def _split_a_district(session: Session) -> None:
    """A district and a subcategory that are valid from a day between two releases."""
    old = session.scalars(select(District).where(District.code == "bannu")).one()
    topic = session.scalars(select(Subcategory).where(Subcategory.sensitivity == Sensitivity.NO)).first()
    for row, code in ((old, "newly-made"), (topic, "new_subject")):
        values = {column.name: getattr(row, column.name) for column in row.__table__.columns}
        session.add(type(row)(**{**values, "code": code, "valid_from": (OPENED + WEEK).date(), "position": 999}))
    session.flush()
