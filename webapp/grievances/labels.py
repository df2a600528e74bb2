"""How the statuses of a grievance are called, in plain words."""

from collections.abc import Mapping

from webapp.config import N_
from webapp.grievances.rules import Status

STATUSES: Mapping[Status, str] = {
    Status.SUBMITTED: N_("Received"),
    Status.ACKNOWLEDGED: N_("Acknowledged"),
    Status.UNDER_REVIEW: N_("Under review"),
    Status.INFO_REQUESTED: N_("More information needed"),
    Status.REFERRED: N_("Referred"),
    Status.ACTION_PLANNED: N_("Action planned"),
    Status.ACTION_TAKEN: N_("Action taken"),
    Status.CLOSED: N_("Closed"),
    Status.REOPENED: N_("Reopened"),
    Status.WITHDRAWN: N_("Withdrawn"),
}
