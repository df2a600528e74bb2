"""What a jirga opens again for the third time: who looks then. Synthetic."""

from tests import factories
from tests.handling.acting import Place, signed
from webapp.config import Settings
from webapp.grievances.rules import Status
from webapp.history.tables import Step
from webapp.people.rules import Role


def again(here: Place, reference: str, *names: str) -> None:
    """Opened again, and answered by each of them."""
    for name in names:
        here.take("owner", reference, Step.REOPEN)
        here.take(name, reference, Step.ANSWER_REOPENED)
        here.take(name, reference, Step.REPORT_ACTION)


def test_a_protected_one_goes_on_between_protection_officers(here: Place, settings: Settings) -> None:
    """No auditor reads it, so it is never the auditor's word that somebody new must look."""
    reference = here.file(confidentiality="protected")
    here.take("protector", reference, Step.ACKNOWLEDGE)
    here.take("protector", reference, Step.REPORT_ACTION)
    again(here, reference, "keeper", "protector")
    here.take("owner", reference, Step.REOPEN)
    for name in ("auditor", "supervisor", "reviewer"):
        assert here.refused(name, reference, Step.ANSWER_REOPENED) == "not_found"
    assert here.refused("protector", reference, Step.ANSWER_REOPENED) == "earlier_handler"
    here.take("keeper", reference, Step.ANSWER_REOPENED)
    for name in ("protector", "keeper"):
        here.take(name, reference, Step.NOTE)
    here.take("protector", reference, Step.REASSIGN, officer=here.username("protector"))
    here.take("protector", reference, Step.REPORT_ACTION)
    here.take("owner", reference, Step.CONFIRM)
    assert here.row(reference).status is Status.CLOSED
    assert here.drifted() == []
    assert factories.wrong(settings) == []


def test_an_ordinary_one_that_is_protected_since(here: Place) -> None:
    """It is the protection officers', whoever handled it before."""
    reference = here.file()
    here.take("reviewer", reference, Step.ACKNOWLEDGE)
    here.take("reviewer", reference, Step.REPORT_ACTION)
    again(here, reference, "supervisor", "second")
    here.take("owner", reference, Step.REOPEN)
    here.take("auditor", reference, Step.ANSWER_REOPENED)
    here.people["third"] = signed(factories.person(here.session, Role.SUPERVISOR, ("PK-KP",)))
    here.take("third", reference, Step.MARK_PROTECTED)
    here.take("protector", reference, Step.REPORT_ACTION)
