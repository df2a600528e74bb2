"""All tables, so that the metadata is whole: migrations, tests and the app read it from here."""

from webapp.attempts.models import Attempt
from webapp.audit.models import AuditEntry, AuditMember, AuditSeal
from webapp.clocks.models import Shutdown
from webapp.concerns.models import Category, Subcategory
from webapp.factors.models import Factor, RecoveryCode
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.history.models import Link
from webapp.invitations.models import Invitation
from webapp.orm import Base
from webapp.people.models import Notice, Person, SignIn
from webapp.places.models import District, Division, Province, Tehsil
from webapp.summary import models as summary
from webapp.texts.models import Probe, Text
from webapp.timeliness.models import ServiceCounts
from webapp.unsent.models import Unsent
from webapp.uploads.models import Upload

__all__ = [
    "Attempt", "AuditEntry", "AuditMember", "AuditSeal", "Base", "Category", "District", "Division", "Event", "Factor",
    "Gathering", "Grievance", "Invitation", "Link", "Notice", "Person", "Probe", "Province", "RecoveryCode",
    "ServiceCounts", "Shutdown", "SignIn", "Subcategory", "Tehsil", "Text", "Unsent", "Upload", "summary",
]  # fmt: skip
