"""What the queue says to officials: what is due, whom it has reached, in whose hand it is."""

from collections.abc import Mapping

from webapp.clocks.rules import Kind
from webapp.config import N_
from webapp.queue.rules import When, Whose

#: What is due.
DUES: Mapping[Kind, str] = {
    Kind.ACKNOWLEDGED: N_("Confirm that it was read"),
    Kind.REPLIED: N_("Give a first answer"),
    Kind.ACTED: N_("Act, or set a day for action"),
    Kind.PLANNED: N_("Do what was planned"),
    Kind.UPDATED: N_("Tell the jirga something new"),
}
LATE, TODAY, LATER = N_("Overdue: it was due on %(date)s"), N_("Due today"), N_("By %(date)s")
ANSWERED, NOTHING_DUE = N_("The jirga is to say whether it is solved"), N_("Nothing is due")
#: clocks.rules.escalation -> whom it has reached
REACHED: Mapping[int, str] = {
    1: N_("It has reached the supervisor"),
    2: N_("It has reached the province"),
    3: N_("It has reached the auditor"),
}
WHOSE: Mapping[Whose, str] = {
    Whose.ALL: N_("All"),
    Whose.MINE: N_("I have it"),
    Whose.NOBODY: N_("Nobody has it"),
    Whose.SUPERVISOR: N_("For a supervisor"),
}
WHEN: Mapping[When, str] = {When.OVERDUE: N_("Overdue"), When.TODAY: N_("Due today")}
YOU, NOBODY = N_("You"), N_("Nobody")
