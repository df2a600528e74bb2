"""The rules of `texts` as a script for browsers, drawn from the same compiled patterns, with what each finding says.

It keeps to what Chrome 80 knows: look-behind and Unicode properties, but neither flags of a group nor set notation.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

import regex

from webapp.drafts.labels import PROBLEMS
from webapp.texts import rules, tables

#: Small letters that fold to more than one, as no browser does by itself.
LONGER = {letter: letter.casefold() for letter in "ßẞ"}
#: White space to `str.split`; a browser knows all but these.
SPACE = r"\s\x1c-\x1f\x85"

#: What each escape stands for in a text as it was typed: just what `regex` understands.
TYPED = {
    "w": r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}", "s": r"\p{White_Space}", "d": r"\p{Nd}",
}  # fmt: skip
#: Stand-ins for characters that no pattern names: a capital, another letter, what else belongs to words, all the rest.
CAPITAL, LETTER, INNER, OTHER = "À", "à", "ª", "¤"
#: The same in a folded text with stand-ins: a dozen ranges at most, where all of Unicode takes a browser seconds.
STOOD_IN = {"w": rf"\w{INNER}À-ۿ", "s": " ", "d": r"\d", "p{L}": "A-Za-zÀ-ۿ", "p{Lu}": f"A-Z{CAPITAL}"}
Sets = Mapping[str, str]

_TOKEN = regex.compile(
    r"(?P<open>\((?:\?(?:i?:|<?[=!]))?)|(?P<close>\))|(?P<set>\[(?:\\.|[^\]\\])+\])|(?P<same>[|?*+]|\{\d*,?\d*\})"
    r"|(?P<escape>\\[pP]\{\w+\}|\\x..|\\u....|\\.)|(?P<letter>[^\\.^$\[\]{}])"
)
_MEMBER = regex.compile(r"(?P<escape>\\[pP]\{\w+\}|\\x..|\\u....|\\.)|(?P<letter>[^\\](?:-[^\\])?)")
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")


class Untranslatable(ValueError):
    """A pattern that says something for which browsers have no word, or we have none yet."""


def javascript(pattern: str, sets: Sets = STOOD_IN) -> str:
    """The source of a RegExp that finds in a text what the pattern finds there by `regex`."""
    whole = pattern.startswith("(?i)")
    return "".join(_translated(pattern[4:] if whole else pattern, sets, either=whole))


def _translated(pattern: str, sets: Sets, *, either: bool) -> Iterator[str]:
    """Token by token; `either` says whether capitals and small letters are one, and a group may change it."""
    within, at = [either], 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None or token[0] == "(":
            raise Untranslatable(pattern[at:])
        at = token.end()
        if token["open"]:
            within.append(within[-1] or token[0] == "(?i:")
            yield token[0].replace("i", "")
        elif token["close"]:
            within.pop()
            yield ")"
        else:
            yield token["same"] or _one(token, sets, either=within[-1])


def _one(token: regex.Match[str], sets: Sets, *, either: bool) -> str:
    """A set, an escape or a letter."""
    if token["set"]:
        return _set(token[0], sets, either=either)
    if token["escape"] == r"\b":
        word = f"[{sets['w']}]"
        return f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"
    if (kind := (token["escape"] or "  ")[1:]) in ("W", "S", "D"):
        return f"[^{sets[kind.lower()]}]"
    member = _member(token, sets, either=either)
    return member if len(member) == 1 or (len(member) == 2 and member[0] == "\\") else f"[{member}]"


def _set(written: str, sets: Sets, *, either: bool) -> str:
    """A set; `regex` lets more of its members stand unescaped."""
    negated = "^" * written.startswith("[^")
    members = _MEMBER.finditer(written[1 + len(negated) : -1])
    return f"[{negated}{''.join(_member(member, sets, either=either) for member in members)}]"


def _member(member: regex.Match[str], sets: Sets, *, either: bool) -> str:
    """What a set holds where the pattern has this escape, range or letter."""
    written = member[0]
    if written[0] == "\\":
        return _escaped(written, sets)
    if len(written) == 3 and not written.isascii():
        raise Untranslatable(written)
    if either and written.swapcase() != written:
        return written + written.swapcase()
    return f"\\{written}" if written in _SYNTAX else written


def _escaped(escape: str, sets: Sets) -> str:
    name = escape[1:]
    if name in sets:
        return sets[name]
    if sets is TYPED and name[0] in "pPxu":
        return escape
    if name.isalnum() or len(name) > 1:
        raise Untranslatable(escape)
    return escape if name in _SYNTAX or name == "-" else name


def _table(patterns: rules.Patterns) -> Mapping[str, list[str]]:
    return {code: [javascript(row.pattern) for row in rows] for code, rows in patterns.items()}


def _named(patterns: Iterable[regex.Pattern[str]]) -> str:
    """The characters beyond ASCII that patterns name, which therefore need no stand-in."""
    named = sorted({letter for pattern in patterns for letter in pattern.pattern if not letter.isascii()})
    for letter in named:
        kinds = [bool(regex.match(kind, letter)) for kind in (r"\w", r"\p{L}", "[À-ۿ]")]
        if kinds not in ([True] * 3, [False] * 3) or regex.match(r"[\p{Lu}\p{Nd}\s]", letter):
            raise Untranslatable(letter)
    return "".join(named)


def _rules() -> Mapping[str, object]:
    """Everything by which the script below folds and looks."""
    tables_ = {"numbers": rules.NUMBERS, "addresses": rules.ADDRESSES, "area": rules.AREA, "doubts": rules.DOUBTS}
    rows = (row for table in tables_.values() for row in chain(*table.values()))
    typed = {"unseen": rules.UNSEEN, "dash": rules.DASH, "digit": rules.OTHER_DIGIT}
    return {
        **{name: javascript(pattern.pattern, TYPED) for name, pattern in typed.items()},
        "same": {letter: kept for kept, letters in tables.SAME.items() for letter in letters},
        "space": f"[{SPACE}]+",
        "longer": LONGER,
        "named": _named((rules.DATE, *rows)),
        "standIns": [[r"\p{Lu}", CAPITAL], [r"\p{L}", LETTER], [f"[{TYPED['w']}]", INNER], ["", OTHER]],
        "date": javascript(rules.DATE.pattern),
        **{name: _table(table) for name, table in tables_.items()},
    }


def script(say: Callable[[str], str]) -> str:
    """`dangers(text, area)` → [codes refused, codes doubtful], and `dangers.messages`: code → what it says."""
    messages = {code: say(PROBLEMS[code]) for code in (*rules.NUMBERS, *rules.ADDRESSES, *rules.AREA, *rules.DOUBTS)}
    given = [json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (_rules(), messages)]
    return SCRIPT % tuple(given)


#: Punishing demands are left to the server: their lists of words cost more than all the rest, and endanger nobody.
SCRIPT = """// Drawn from the server's own rules: what a text may not hold, and what is looked at once more.
window.dangers = (() => {
  "use strict";
  const rules = %s;
  const all = (source) => new RegExp(source, "gu"), one = (source) => new RegExp(source, "u");
  const table = (rows) => Object.entries(rows).map(([code, sources]) => [code, sources.map(one)]);
  const found = (rows, text) => rows.filter(([, tests]) => tests.some((test) => test.test(text))).map(([code]) => code);
  const [unseen, dash, digit, space, date] =
    ["unseen", "dash", "digit", "space", "date"].map((name) => all(rules[name]));
  const [numbers, addresses, inArea, doubts] =
    ["numbers", "addresses", "area", "doubts"].map((name) => table(rules[name]));
  const same = all(`[${Object.keys(rules.same).join("")}]`), longer = all(`[${Object.keys(rules.longer).join("")}]`);
  const unnamed = all(`[^ -~${rules.named}]`), kinds = rules.standIns.map(([kind, letter]) => [one(kind), letter]);
  const known = {};
  const anyDigit = one("\\\\p{Nd}");
  // digits stand in rows of ten
  const value = (letter) => {
    let count = 0;
    while (count < 9 && anyDigit.test(String.fromCodePoint(letter.codePointAt(0) - count - 1))) count += 1;
    return count;
  };
  const flat = (text) => text.normalize("NFKD").replace(unseen, "").replace(same, (letter) => rules.same[letter])
    .replace(dash, "-").replace(digit, value).replace(space, " ").trim();
  const folded = (text) =>
    flat(text.replace(longer, (letter) => rules.longer[letter]).toLowerCase()).normalize("NFC");
  // of a letter that no rule names, only its kind matters
  const stoodIn = (text) => text.replace(unnamed, (letter) =>
    known[letter] || (known[letter] = kinds.find(([kind]) => kind.test(letter))[1]));
  const dangers = (text, area) => {
    const typed = flat(text), plain = stoodIn(typed), low = stoodIn(folded(typed));
    const refused = [...found(numbers, low.replace(date, "§")), ...found(addresses, low)];
    return [area ? [...refused, ...found(inArea, low)] : refused, found(doubts, plain.replace(date, "§"))];
  };
  dangers.messages = %s;
  return dangers;
})();
"""
