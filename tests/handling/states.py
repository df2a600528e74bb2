"""Grievances in every status, as the rules see them, with what led there; synthetic."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from webapp.concerns.rules import Sensitivity, Urgency
from webapp.grievances.rules import Guarded, Outcome, Reader, Status
from webapp.history.rules import Happened, State
from webapp.history.tables import Step
from webapp.people.rules import Role

NOON = datetime(2026, 3, 2, 7, tzinfo=UTC)
OWNER, HANDLER, OTHER = (uuid.UUID(int=number) for number in (1, 2, 3))
BANNU = ("bannu", "PK-KP")


class Was(NamedTuple):
    """One event: days after it was filed."""

    day: float
    step: Step
    to: Status
    codes: dict[str, Any] = {}


#: status -> what led there on the first day
WAYS: dict[Status, Sequence[Was]] = {
    Status.SUBMITTED: (),
    Status.ACKNOWLEDGED: (Was(0, Step.ACKNOWLEDGE, Status.ACKNOWLEDGED),),
    Status.UNDER_REVIEW: (Was(0, Step.REVIEW, Status.UNDER_REVIEW),),
    Status.INFO_REQUESTED: (Was(0, Step.ASK, Status.INFO_REQUESTED),),
    Status.REFERRED: (Was(0, Step.REFER, Status.REFERRED, {"body": "police"}),),
    Status.ACTION_PLANNED: (Was(0, Step.PLAN, Status.ACTION_PLANNED, {"day": "2026-03-20"}),),
    Status.ACTION_TAKEN: (Was(0, Step.REPORT_ACTION, Status.ACTION_TAKEN),),
    Status.CLOSED: (Was(0, Step.CLOSE, Status.CLOSED),),
    Status.REOPENED: (Was(0, Step.REPORT_ACTION, Status.ACTION_TAKEN), Was(0, Step.REOPEN, Status.REOPENED)),
    Status.WITHDRAWN: (Was(0, Step.WITHDRAW, Status.WITHDRAWN),),
}


def state(*ways: Was, protected: bool = False, **changes: Any) -> State:
    """A grievance from Bannu, in Khyber Pakhtunkhwa, filed at noon of the second of March."""
    history = [Happened(1, NOON, None, None, Status.SUBMITTED, {})]
    for number, was in enumerate(ways, start=2):
        at, came = NOON + timedelta(days=was.day), history[-1].to_status
        history.append(Happened(number, at, was.step, came, was.to, {"step": was.step, **was.codes}))
    reopened, status = sum(was.step is Step.REOPEN for was in ways), history[-1].to_status
    wish = "protected" if protected else "district_officials"
    guarded = Guarded(OWNER, *BANNU, Sensitivity.NO, wish, threatened=False, status=status, reopened=reopened)
    made = State(
        id=uuid.UUID(int=9), reference="0000000000", gathering_id=uuid.UUID(int=8), guarded=guarded,
        subcategory="house_damage", urgency=Urgency.NORMAL, households="h11_50",
        outcome=Outcome.SOLVED if status is Status.CLOSED else None, received_at=NOON, language="ps",
        handler=HANDLER, seen_event=None, veiled=False, history=tuple(history),
    )  # fmt: skip
    return replace(made, **changes)


def reader(role: Role, number: uuid.UUID = OTHER) -> Reader:
    """Somebody of that role with all places in scope; the representative is the owner."""
    return Reader(OWNER if role is Role.REPRESENTATIVE else number, role, ("PK-KP",))
