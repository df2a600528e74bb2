"""All tables, so that the metadata is whole: migrations, tests and the app read it from here."""

from webapp.audit.models import AuditEntry
from webapp.concerns.models import Category, Subcategory
from webapp.grievances.models import Event, Gathering, Grievance
from webapp.orm import Base
from webapp.people.models import Person, SignIn
from webapp.places.models import District, Division, Province, Tehsil
from webapp.summary import models as summary
from webapp.texts.models import Probe, Text
from webapp.uploads.models import Upload

__all__ = [
    "AuditEntry", "Base", "Category", "District", "Division", "Event", "Gathering", "Grievance", "Person", "Probe",
    "Province", "SignIn", "Subcategory", "Tehsil", "Text", "Upload", "summary",
]  # fmt: skip
