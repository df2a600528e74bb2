"""What the page of one grievance shows to whom, and that each opening is in the audit log."""

from tests.case.conftest import Office
from webapp.history.tables import Step

STORY = "Synthetic: the road has been closed since spring."


def test_the_thin_path(office: Office) -> None:
    reference = office.place.file(narrative=STORY)
    page = office.page("reviewer", reference)
    assert STORY in page
    answer = office.send("reviewer", reference, Step.ACKNOWLEDGE, office="pdma", subcategory="house_damage")
    assert answer.status_code == 303, answer.text
    assert "You have it in hand" in office.page("reviewer", reference)
