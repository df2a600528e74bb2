"""Every step that may be done to a grievance after it was filed: by whom, from where to where, with what. Pure."""

import enum
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from webapp.grievances.rules import CONFIRMED, Outcome, Status
from webapp.people.rules import ROLES, Permission, Role


class Step(enum.StrEnum):
    """Something that is done to a grievance; each is an event."""

    ACKNOWLEDGE = "acknowledge"
    REVIEW = "review"
    ASK = "ask"
    REFER = "refer"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    PLAN = "plan"
    REPORT_ACTION = "report_action"
    CLOSE = "close"
    ANSWER_REOPENED = "answer_reopened"
    CLAIM = "claim"
    LET_GO = "let_go"
    REASSIGN = "reassign"
    NOTE = "note"
    LINK = "link"
    BLANK = "blank"
    MARK_PROTECTED = "mark_protected"
    PROPOSE_LIFT = "propose_lift"
    LIFT = "lift"
    CORRECT_OFFICIAL = "correct_official"
    ANSWER = "answer"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"
    ERASE_NOW = "erase_now"
    CORRECT = "correct"
    REMIND = "remind"
    CLOSE_SILENT = "close_silent"
    ERASE_DUE = "erase_due"
    ERASE_CLOSED = "erase_closed"


class To(enum.Enum):
    """Where a step leads that leads to no status of its own."""

    SAME = enum.auto()
    #: the status that the grievance was in before
    BEFORE = enum.auto()


class Move(NamedTuple):
    """One row of the table."""

    by: frozenset[Role]
    start: frozenset[Status]
    to: Status | To
    #: which kind of text is written, and whether it must be
    text: str | None = None
    text_needed: bool = True
    #: what else is given; see forms.py
    fields: tuple[str, ...] = ()


OWNER, HANDLERS = ROLES[Permission.FILE_GRIEVANCE], ROLES[Permission.HANDLE_GRIEVANCE]
SECOND = HANDLERS - {Role.REVIEWER}
PROTECTORS = frozenset({Role.PROTECTION_OFFICER})
#: Nobody: the site itself takes these when their time has come.
TIME: frozenset[Role] = frozenset()
NEW, ASKED, REFERRED = frozenset({Status.SUBMITTED}), frozenset({Status.INFO_REQUESTED}), frozenset({Status.REFERRED})
WORKED = frozenset({Status.ACKNOWLEDGED, Status.UNDER_REVIEW, Status.ACTION_PLANNED})
ANSWERED, CLOSED, REOPENED = frozenset({Status.ACTION_TAKEN}), frozenset({Status.CLOSED}), frozenset({Status.REOPENED})
WITHDRAWN = frozenset({Status.WITHDRAWN})
OPEN = frozenset(Status) - CLOSED - WITHDRAWN
#: What one officer can have in hand; one that was reopened is taken up by answering it.
HELD = OPEN - REOPENED

#: Every step there is. What is not in it cannot be done, by nobody.
MOVES: Mapping[Step, Move] = {
    Step.ACKNOWLEDGE: Move(HANDLERS, NEW, Status.ACKNOWLEDGED, fields=("office", "subcategory")),
    Step.REVIEW: Move(HANDLERS, (WORKED | ASKED) - {Status.UNDER_REVIEW}, Status.UNDER_REVIEW),
    Step.ASK: Move(HANDLERS, WORKED, Status.INFO_REQUESTED, "question"),
    Step.REFER: Move(HANDLERS, WORKED, Status.REFERRED, "reason", fields=("body", "consent")),
    Step.ACCEPT: Move(HANDLERS, REFERRED, Status.UNDER_REVIEW),
    Step.SEND_BACK: Move(HANDLERS, REFERRED, Status.UNDER_REVIEW, "reason"),
    Step.PLAN: Move(HANDLERS, WORKED, Status.ACTION_PLANNED, fields=("day", "office")),
    Step.REPORT_ACTION: Move(HANDLERS, WORKED, Status.ACTION_TAKEN, "reply"),
    Step.CLOSE: Move(SECOND, WORKED, Status.CLOSED, "reason", False, ("outcome", "body", "other")),
    Step.ANSWER_REOPENED: Move(SECOND | {Role.AUDITOR}, REOPENED, Status.UNDER_REVIEW),
    Step.CLAIM: Move(HANDLERS, HELD, To.SAME),
    Step.LET_GO: Move(HANDLERS, HELD - REFERRED, To.SAME),
    Step.REASSIGN: Move(SECOND, HELD, To.SAME, fields=("officer",)),
    Step.NOTE: Move(HANDLERS, OPEN | CLOSED, To.SAME, "note"),
    Step.LINK: Move(HANDLERS, OPEN | CLOSED, To.SAME, fields=("other", "relation")),
    Step.BLANK: Move(HANDLERS, OPEN | CLOSED, To.SAME, "reason", fields=("blanked",)),
    Step.MARK_PROTECTED: Move(HANDLERS - PROTECTORS, OPEN, To.SAME),
    Step.PROPOSE_LIFT: Move(PROTECTORS, OPEN, To.SAME, "note", fields=("agreed",)),
    Step.LIFT: Move(PROTECTORS, OPEN, To.SAME),
    Step.CORRECT_OFFICIAL: Move(
        HANDLERS, OPEN - NEW, To.SAME, "reason", fields=("district", "subcategory", "urgency", "households")
    ),
    Step.ANSWER: Move(OWNER, ASKED, To.BEFORE, "answer"),
    Step.CONFIRM: Move(OWNER, ANSWERED, Status.CLOSED, "answer", False, ("outcome",)),
    Step.REOPEN: Move(OWNER, ANSWERED | CLOSED, Status.REOPENED, "answer", False),
    Step.WITHDRAW: Move(OWNER, OPEN, Status.WITHDRAWN, fields=("pressed",)),
    Step.TAKE_BACK: Move(OWNER, WITHDRAWN, To.BEFORE),
    Step.ERASE_NOW: Move(OWNER, WITHDRAWN, To.SAME),
    Step.CORRECT: Move(OWNER, NEW, To.SAME, fields=("district", "subcategory", "person_asked")),
    Step.REMIND: Move(TIME, ANSWERED, To.SAME),
    Step.CLOSE_SILENT: Move(TIME, ANSWERED, Status.CLOSED),
    Step.ERASE_DUE: Move(TIME, WITHDRAWN, To.SAME),
    Step.ERASE_CLOSED: Move(TIME, CLOSED, To.SAME),
}
#: How each step that only erases says so.
ERASES: Mapping[Step, str] = {Step.ERASE_NOW: "wish", Step.ERASE_DUE: "time", Step.ERASE_CLOSED: "time"}
#: Calendar months after closing until all texts are erased: protected or not.
KEPT_MONTHS: Mapping[bool, int] = {False: 12, True: 6}
#: The site's own.
TIMELY = tuple(step for step, move in MOVES.items() if not move.by)
#: What an official may close with, and what must be told then: the field, or the text.
CLOSINGS: Mapping[Outcome, str | None] = {
    Outcome.OUTSIDE_MANDATE: "body",
    Outcome.WITH_COURT: None,
    Outcome.DUPLICATE: "other",
    Outcome.NOT_SOLVED_REFUSED: "reason",
}
OUTCOMES: Mapping[Step, frozenset[Outcome]] = {Step.CLOSE: frozenset(CLOSINGS), Step.CONFIRM: CONFIRMED}
#: What "only as a number" leaves to its owner.
ONLY_A_NUMBER = frozenset({Step.WITHDRAW, Step.TAKE_BACK, Step.ERASE_NOW, Step.CORRECT, Step.ERASE_DUE})
#: What may be done where a new code was given out for the account since: whoever did that may be the one who acts, so
#: nothing that needs the words, nothing that only the jirga itself can say, and nothing that cannot be undone.
UNDER_A_VEIL = frozenset({Step.REOPEN, Step.WITHDRAW, Step.TAKE_BACK})
#: The key of the codes of a withdrawal under a veil.
VEILED = "veiled"
#: By whether it was withdrawn under a veil: then its jirga must first find out that it was spoken for.
TAKE_BACK_WITHIN: Mapping[bool, timedelta] = {False: timedelta(hours=48), True: timedelta(days=30)}
#: Calendar days.
REOPEN_WITHIN, SILENT_AFTER, REMIND_ON = timedelta(days=90), timedelta(days=30), (10, 20, 27)
#: The last reminder is heeded for so long; a site that stood still for a month sends no two of them at once.
REST = SILENT_AFTER - timedelta(days=REMIND_ON[-1])
#: The key of an event's codes that only a protection officer reads.
PRESSED = "pressed"

#: Whoever takes one of these has it in hand; what is sent back is again in the hand that sent it on.
TOOK_UP = frozenset({
    Step.ACKNOWLEDGE, Step.REVIEW, Step.ASK, Step.REFER, Step.ACCEPT, Step.PLAN, Step.REPORT_ACTION,
    Step.ANSWER_REOPENED, Step.CLAIM,
})  # fmt: skip
#: Only for whoever has it in hand, if anybody has.
HOLDERS = frozenset({
    Step.ACKNOWLEDGE, Step.REVIEW, Step.ASK, Step.REFER, Step.PLAN, Step.REPORT_ACTION, Step.CORRECT_OFFICIAL,
    Step.CLAIM,
})  # fmt: skip
#: What takes somebody out of danger waits for nobody new to look.
SHIELDS = frozenset({Step.BLANK, Step.MARK_PROTECTED})
#: Between officials: no jirga is shown them, and they move no clock.
INNER = frozenset({Step.CLAIM, Step.LET_GO, Step.REASSIGN, Step.NOTE, Step.LINK})
REPLIES = frozenset({Step.ASK, Step.REFER, Step.PLAN, Step.REPORT_ACTION, Step.CLOSE})
ACTIONS = frozenset({Step.PLAN, Step.REPORT_ACTION, Step.CLOSE})
#: Of an official, or of the site itself: what its jirga can read.
WORDS = (
    frozenset(step for step, move in MOVES.items() if move.by & HANDLERS)
    - INNER - {Step.MARK_PROTECTED, Step.PROPOSE_LIFT, Step.LIFT, Step.BLANK}
)  # fmt: skip
#: How two grievances belong together.
RELATIONS = ("duplicate", "same_matter")
