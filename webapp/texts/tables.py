"""Tables of patterns for what may put somebody in danger, in everyday spelling; rules folds and compiles them.

Sources: NADRA's 5-7-1 card numbers, PTA's numbering plan, Open Location Code, the words of the jirga form.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

Table = Mapping[str, Sequence[str]]


def _any(listed: str, lists: Mapping[str, str] = MappingProxyType({})) -> str:
    """One whole word of a list: * is any ending, a space may be missing, a name of `lists` stands for its words."""
    words = [word.strip() for name in listed.split(",") for word in lists.get(name.strip(), name).split(",")]
    found = "|".join(re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\W*") for word in words)
    return rf"\b(?:{found})\b"


#: letter kept -> letters that people type for it
SAME = {
    "ی": "يىېۍےے", "ک": "كڪ", "گ": "ګ", "ہ": "هھەةۃ", "ن": "ںڼ", "ٹ": "ټ", "ڈ": "ډ", "ڑ": "ړ",
    ".": "۔٫·•․。", ",": "،٬", "/": "؍∕⁄",
}  # fmt: skip

#: what people put between the digits of one number
_GAP = r"[ .\-_/\\()*|~]{0,4}"
#: a day or a span of years is no part of a longer number
DATE = (
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)\d\d"
    r"|(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])|(?:19|20)\d\d ?- ?(?:19|20)\d\d)(?!\d)"
)
NUMBERS: Table = {
    "cnic": (
        r"(?<!\d)\d{5}[ .,:;\-_/\\()*|~]{0,4}\d(?:[ .\-_]?\d){6}[ .,:;\-_/\\()*|~]{0,4}\d(?!\d)",
        r"(?<!\d)(?!00|92)\d{13,}",
        # any other grouping: a chain of exactly 13 digits
        r"(?<!\d[ .\-_]{0,4})\d(?:[ .\-_]{0,4}\d){12}(?![ .\-_]{0,4}\d)",
    ),
    "mobile": (
        rf"(?<!\d)0[ \-_]{{0,3}}3(?:{_GAP}\d){{9}}(?!\d)",
        r"(?<!\d)03\d\d[,:;] ?\d{7}(?!\d)",
        rf"(?:\+{_GAP}|(?<!\d)(?:00{_GAP})?)92{_GAP}(?:0{_GAP})?3(?:{_GAP}\d){{9}}(?!\d)",
        r"(?<![\d+.,\-])3[0-4]\d-?(?!\d\d0{5})\d{7}(?!\d)",
        # any other country's
        rf"(?:\+|(?<![\d.,])00){_GAP}(?!92)[1-9](?:{_GAP}\d){{9,13}}(?!\d)",
    ),
}

#: degrees north and east in and around the country, in either order
_PAIRS = ((r"(?:2[3-9]|3[0-8])", r"[67]\d"), (r"[67]\d", r"(?:2[3-9]|3[0-8])"))
#: one shape a row where a shape has letters of its own: the engine passes over a row whose fixed letters are missing
ADDRESSES: Table = {
    "email": (
        r"[a-z0-9] ?@ ?[a-z0-9-]+ ?\. ?[a-z]{2}",
        r"[a-z0-9_.]@[a-z][a-z0-9-]{2}",
        r"(?:@|\bat|ایٹ) ?(?:gmail|yahoo|hotmail|outlook|جی ?میل)",
        r"[a-z0-9] ?[\[({<] ?at ?[\])}>] ?[a-z0-9]",
    ),
    "url": (
        r"(?<![a-z])(?:https?|ftp|hxxps?) ?:",
        r"[a-z]{2} ?: ?/ ?/",
        r"(?<![a-z])www ?\.",
        r"[a-z0-9-]{2}(?<!\b(?:asst|addl|dy))\.(?:com|org|net|pk|af|io|gl|ly|xyz|biz|co\.[a-z]{2})(?![a-z0-9])",
        # endings that are words too: only with something after the slash
        (
            r"[a-z0-9-]{2}\.(?:[ac]c|a[emt]|ai|be|c[no]|de|eu|fr|gg|i[nrst]|m[ey]|qa|ru|s[ao]|to|tv|u[ks]|app|edu|gov|info"
            r"|live|link|news|one|online|page|site|top|watch)/\S"
        ),
        *(
            rf"(?<![a-z0-9]){site}(?![a-z])"
            for site in (
                r"(?:wa|t|m|fb) ?\. ?me",
                r"youtu\.be",
                r"goo ?\. ?gl",
                r"bit\.ly",
                r"[tx]\.com?",
                r"is\.gd",
                r"fb\.watch",
            )
        ),
        (
            r"(?:facebook|fb|google|gmail|youtube|whatsapp|twitter|instagram|tiktok|telegram|yahoo|hotmail) ?"
            r"(?:\.|[(\[]?dot[)\]]?) ?com\b"
        ),
        r"ڈاٹ ?کام\b",
    ),
    "coordinates": (
        *(
            rf"(?<![\d.,]){one}\.\d\d+(?:[ ,;/|°nsew]|north|east|شمال|مشرق){{1,8}}{two}\.\d\d"
            rf"|(?<![\d.,]){one}\.\d{{3,}}\D{{1,15}}{two}\.\d{{3}}"
            for one, two in _PAIRS
        ),
        r"(?<![\d.])\d{1,3}\.\d{4,}\D{1,12}\d{1,3}\.\d{4}",
        r"\b(?:lat|latitude|lon|lng|longitude|عرض ?(?:ال)?بلد|طول ?(?:ال)?بلد) ?[:=.]? ?-?\d{1,3}(?:\.\d|[° ]\d)",
        # degrees and minutes; º and ˚ fold to o and a space
        r"\d ?(?:°|\bo\b|o(?=\d)|\bdeg(?:rees?)?\b|درجے) ?\d{1,2}(?:\.\d+)? ?(?:['′’‘\"”`]|\d| (?:min|منٹ)|[nsew]\b)",
        r"\d ?° ?(?:[nsew]\b|شمال|مشرق)|\bn ?\d\d[-: .]\d\d\S{0,6}\W{0,3}e ?\d\d[-: .]\d",
        r"\d\d(?:[-: .]\d\d){1,2}\S{0,5} ?n\b\W{0,4}\d\d(?:[-: .]\d\d){1,2}\S{0,5} ?e\b",
        # plus codes, military grid, three words
        r"\b(?=[\d+]*[cfghjmpqrvwx])[2-9cfghjmpqrvwx]{4,8}\+[2-9cfghjmpqrvwx]{2,3}\b",
        r"\b4[1-3] ?[rs] ?[a-z]{2} ?\d{4,5} ?\d{4,5}\b|///[a-z]+\.[a-z]+\.[a-z]",
    ),
}
AREA: Table = {
    "digits_in_row": (r"\d(?:[ .\-]?\d){4}",),
    "house_number": (
        (
            r"\b(?:house|home|flat|plot|quarter|door|street|مکان|گھر|کور|فلیٹ|پلاٹ|کوارٹر|گلی|کوڅه)\b"
            r"[ .:\-]*(?:(?:no|num|number|نمبر)\b|#)?[ .:#\-]*\d"
        ),
        r"\bh ?[./]? ?(?:no\b|#)[ .:#\-]*\d",
    ),
}


_RANK = _any(
    "capt, captain, col, colonel, brig, brigadier, subedar, subidar, havildar, lt, lieutenant, commander,"
    "inspector, sho, dsp, ssp, dpo, asi"
)
_RANK_UR = _any(
    "کیپٹن, کپٹان, میجر, کرنل, کرنیل, بریگیڈیر, بریگیڈئیر, بریگیڈیئر, صوبیدار, صوبه دار, حوالدار, لیفٹیننٹ, جنرل,"
    "انسپکٹر, کمانڈر, ایس ایچ او, ڈی ایس پی"
)
#: what follows a rank and is no name
_ELSE = _any(
    "a, and, are, area, as, assembly, at, attack*, bazaar*, body, by, came, can, change*, cities, city,"
    "commanding, council, crisis, dam, dams, damage*, demand*, did, do, does, duty, election*, for, from, had,"
    "has, have, he, head*, highway, hospital*, in, is, issue*, level, loss*, manager, may, military, must, no,"
    "not, of, office*, on, operation*, or, other, part, party, parties, police, post, problem*, public, rank,"
    "reform*, road*, sahab, sahib, said, secretary, shall, should, station, store, strike, that, the, they, to,"
    "told, town*, was, were, who, will, with, general, major, sho, dsp, ssp, dpo, asi"
)
_ELSE_UR = _any(
    "نے, کے, کی, کا, کو, سے, میں, پر, تک, اور, یا, ہے, ہیں, تھا, تھے, تھی, نہیں, نہ, بھی, ہی, جو, جس, کہ, اس, ان,"
    "وہ, یہ, ہر, رینک, سطح, لیول, صاحب, صیب, تبدیل, معطل, رشوت, مقدمہ, ایف, دفتر, آفس, تعینات, مقرر, رپورٹ,"
    "پولیس, تھان*, بن*, کر*, ہو*, دے, لے, کہتا, مسئل*, آپریشن, ہسپتال, الیکشن, سیکر*, کونسل, اسمبلی, باڈی, سٹور,"
    "انسپکٹر, ایس, ڈی, آئ*, آیا, گئ*, گیا, ته, سره, په, تر, او, چې, هم, خو, یې, دې, به, مو, وویل, وايي, وو, وه,"
    "شو, کوي, کړ*, تاڼ*, بدل*, راغ*, لاړ*"
)
#: frequent parts of names, for those who write without capitals
_KNOWN = _any(
    "khan, shah, gul, ali, ahmad, ahmed, muhammad, mohammad, imran, asif, wazir, mehsud, afridi, rehman, ullah"
)
_NOBODY = _any("a, an, the, our, his, her, their, this, that, one, poor, some, any")
_WITHOUT = _any("a, any, the, our, being, permission, notice, warning, water, electricity, trial, reason, pay")
#: read with capitals kept
DOUBTS: Table = {
    "landline": (
        r"(?<![\d.])0[124-9]\d{1,3}[ .\-_/)]{1,3}\d{2,4}[ \-]?\d{3,4}(?!\d)|(?<![\d.])0[124-9]\d{7,9}(?!\d)",
        r"(?:\+|(?<!\d)00)[ \-]?92[ .\-()]{0,3}[124-9](?:[ \-()]?\d){7,9}(?!\d)",
    ),
    "parentage": (
        rf"(?i)\b(?:son|daughter|wife|widow) of (?!{_NOBODY})",
        r"(?i)\b[sd] ?[/\\] ?o\b|\bc/o\b|\b(?:walad|bint|binte)\b",
        # w/o is "without" too
        rf"(?i)\bw ?[/\\] ?o\b(?! {_WITHOUT})",
        r"\b(?:ولد|بنت|ابن|زوجہ)\b",
        # "my son", "his own son", "one son" name nobody
        r"(?<!\b(?:زما|زمونږ|زموږ|ستا|ستاسو|خپل|هغه|دوی|مې|یو|هر|ځوان|واحد) )\bزوی\b",
    ),
    "rank_name": (
        rf"(?:(?i:{_RANK})|\b(?:Maj|Major|MAJOR)\b)(?:[. ]*\([rR]\))?[. (]+(?!(?i:{_ELSE}))\p{{Lu}}\p{{L}}+",
        (
            r"(?<!(?i:inspector|director|attorney|secretary|auditor|advocate) )\b(?:General|GENERAL|Gen\.) "
            rf"(?!(?i:{_ELSE}))\p{{Lu}}\p{{L}}"
        ),
        rf"(?i)(?:{_RANK}|\b(?:major|general)\b)[. ]+(?:(?!{_ELSE})\w+ )?{_KNOWN}",
        rf"{_RANK_UR}(?: صاحب| صیب)? (?!{_ELSE_UR})\p{{L}}{{2}}",
    ),
}


def punishments() -> list[tuple[str, str]]:
    """(whom it strikes, "" for anybody; what is done) for each punishment of data/punishments.toml, all languages."""
    with (Path(__file__).parent / "data" / "punishments.toml").open("rb") as file:
        return [pair for written in tomllib.load(file).values() for pair in _punishments(written)]


def _punishments(written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same for one language."""
    undone = rf"{_any(written['before'])}(?:\W+{_any(written['link'])}){{0,6}}"
    redressed = r"(?:\W+\w+){0,8}?(?:" + "|".join(_phrases(written, "behind", written)) + ")"
    for row in written["punishments"]:
        whom = _any(row["whom"], written["words"]) if "whom" in row else ""
        deeds, not_after, not_before = (_phrases(row, name, written) for name in ("phrases", "not_after", "not_before"))
        before = "|".join([undone, *map(_stripped, not_after)])
        deed, behind = "|".join(map(_stripped, deeds)), "|".join([redressed, *not_before])
        yield whom, rf"(?<!(?:{before})\W+)(?:{deed})(?!{behind})"


def _phrases(row: Mapping[str, Any], name: str, written: Mapping[str, Any]) -> list[str]:
    """A pattern for each phrase of a row, all with the gap before them."""
    return ["".join(_part(word, written) for word in phrase.split()) for phrase in row.get(name, ())]


def _part(word: str, written: Mapping[str, Any]) -> str:
    if word == "…":
        return rf"(?:\W+(?!{_any(written['never'])})\w+){{0,6}}"
    found = rf"\W+{_any(word.removesuffix('?'), written['words'])}"
    return f"(?:{found})*" if word.endswith("?") else found


def _stripped(phrase: str) -> str:
    return phrase.removeprefix(r"\W+")
