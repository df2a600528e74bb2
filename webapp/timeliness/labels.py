"""Words of the figures of service that more than one page says."""

from collections.abc import Mapping

from webapp.config import N_
from webapp.questions.rules import Area

RECEIVED = N_("Grievances received")
ACKNOWLEDGED = N_("Acknowledged in time")
HALF_ACKNOWLEDGED = N_("Days until half were acknowledged")
HALF_ACTED = N_("Days until half had an action")
OF_ALL = N_("%(number)s of %(whole)s")
TOO_FEW = N_("Too few")
#: What is said of an area in place of its numbers, by what it is shown with.
INSTEAD: Mapping[Area | None, str] = {
    Area.DIVISION: N_("Fewer than about %(number)s: see the division %(area)s."),
    Area.PROVINCE: N_("Fewer than about %(number)s: see the province %(area)s."),
    None: N_("Fewer than about %(number)s: not shown."),
}
