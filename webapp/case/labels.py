"""What the officials' page of a grievance says: each step, its questions, when what is due and why."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from webapp.clocks.rules import Kind
from webapp.config import N_
from webapp.grievances.rules import Status
from webapp.history.rules import Pause
from webapp.history.tables import Step

#: step -> (what the folded part is called, what it does, the button), in the order in which a page offers them
STEPS: Mapping[Step, tuple[str, str, str]] = {
    Step.ACKNOWLEDGE: (
        N_("Confirm that it was read"),
        N_("The jirga is told that it arrived, and which office has it. You have it in hand from then on."),
        N_("Confirm"),
    ),
    Step.ANSWER_REOPENED: (
        N_("Look into it again"),
        N_("The jirga was not satisfied. It is told that another official is now looking into it."),
        N_("Look into it again"),
    ),
    Step.ACCEPT: (
        N_("Accept it for the office concerned"),
        N_("The office takes it on, and the jirga is told."),
        N_("Accept it"),
    ),
    Step.LIFT: (
        N_("Lift the protection"),
        N_(
            "Another protection officer proposed it. Once you lift it, other officials see the grievance: those of the "
            "district, or of the provincial office alone if the jirga chose so."
        ),
        N_("Lift the protection"),
    ),
    Step.PLAN: (
        N_("Set a day for action"),
        N_("The jirga is told which office acts, and by which day."),
        N_("Set this day"),
    ),
    Step.REPORT_ACTION: (
        N_("Report what was done"),
        N_("The jirga reads your reply, and says whether the problem is solved."),
        N_("Send the reply"),
    ),
    Step.ASK: (
        N_("Ask the jirga a question"),
        N_("Until it answers the clocks stand still, for 15 days at most."),
        N_("Send the question"),
    ),
    Step.REVIEW: (
        N_("Say that you are looking into it"),
        N_("The jirga is told. If a question is open, you go on without waiting for the answer."),
        N_("Look into it"),
    ),
    Step.REFER: (
        N_("Refer it to another office"),
        N_("The office accepts it or sends it back. The jirga reads your reason."),
        N_("Refer it"),
    ),
    Step.SEND_BACK: (
        N_("Send it back"),
        N_("Each office can do this once. The jirga reads the reason."),
        N_("Send it back"),
    ),
    Step.CLOSE: (
        N_("Close it with a reason"),
        N_("Only where it cannot be solved here. That it is solved can be said by the jirga alone."),
        N_("Close it"),
    ),
    Step.CORRECT_OFFICIAL: (
        N_("Correct an entry"),
        N_("The jirga is told what you changed, and why. What it said before is kept too."),
        N_("Save the correction"),
    ),
    Step.CLAIM: (N_("Take it in hand"), N_("Other officials then leave it to you."), N_("Take it in hand")),
    Step.LET_GO: (
        N_("Give it back"),
        N_("Any official who may see it can take it up then."),
        N_("Give it back"),
    ),
    Step.REASSIGN: (
        N_("Decide who has it in hand"),
        N_("Take it over yourself, or give it to somebody who may see it."),
        N_("Decide"),
    ),
    Step.NOTE: (N_("Write an internal note"), N_("Officials read it. The jirga never does."), N_("Keep the note")),
    Step.LINK: (
        N_("Link it with another grievance"),
        N_("Both stay as they are, and neither is hidden."),
        N_("Link them"),
    ),
    Step.MARK_PROTECTED: (
        N_("Give it to the protection officer"),
        N_("Do this where somebody could be in danger. Nobody else sees it from then on, and you cannot undo it."),
        N_("Give it to the protection officer"),
    ),
    Step.BLANK: (
        N_("Remove words that endanger somebody"),
        N_("The words are erased for ever. The jirga is told so, and reads your reason."),
        N_("Erase these words"),
    ),
    Step.PROPOSE_LIFT: (
        N_("Propose to lift the protection"),
        N_(
            "If a second protection officer agrees, other officials see it: those of the district, or of the "
            "provincial office alone if the jirga chose so."
        ),
        N_("Propose it"),
    ),
}
#: What a page calls steps that belong together, and which they are, in the order in which it offers them.
GROUPS: Sequence[tuple[str, Sequence[Step]]] = (
    (N_("What can be done next"), tuple(STEPS)[: tuple(STEPS).index(Step.CLAIM)]),
    (N_("Among officials"), (Step.CLAIM, Step.LET_GO, Step.REASSIGN, Step.NOTE, Step.LINK)),
    (N_("To protect people"), (Step.MARK_PROTECTED, Step.BLANK, Step.PROPOSE_LIFT)),
)
#: What stands open on the page: status -> the step that comes next most often.
OFTEN_NEXT: Mapping[Status, Step] = {
    Status.SUBMITTED: Step.ACKNOWLEDGE,
    Status.ACKNOWLEDGED: Step.PLAN,
    Status.UNDER_REVIEW: Step.PLAN,
    Status.REFERRED: Step.ACCEPT,
    Status.ACTION_PLANNED: Step.REPORT_ACTION,
    Status.REOPENED: Step.ANSWER_REOPENED,
}

TO_BE_READ = N_(
    "Write in %(language)s: the jirga reads it in this language. No names, ID card numbers or phone numbers."
)
INTERNAL = N_("Only officials read this. No names, ID card numbers or phone numbers.")
#: field of a step -> (label, hint); an empty hint means none
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "office": (N_("Which office acts on it?"), ""),
    "subcategory": (
        N_("Exact problem"),
        N_(
            "If you choose one with a star (*), all that was written is erased. Only the protection officer sees it "
            "then."
        ),
    ),
    "body": (N_("Which office is concerned?"), ""),
    "consent": (
        N_("The people concerned agree that it is sent on"),
        N_("Ask them first, in the way in which they want to be contacted."),
    ),
    "day": (N_("By which day?"), N_("The jirga is told this day. Choose one that can be kept.")),
    "outcome": (N_("Why is it closed?"), ""),
    "other": (N_("Tracking number of the other grievance"), ""),
    "relation": (N_("How do the two belong together?"), ""),
    "officer": (N_("Who should have it in hand?"), ""),
    "blanked": (N_("Which words?"), ""),
    "agreed": (N_("The jirga was asked and agrees"), ""),
    "district": (N_("District of the problem"), ""),
    "urgency": (N_("How urgent is it?"), ""),
    "households": (N_("How many households?"), ""),
    "question": (N_("Your question"), TO_BE_READ),
    "reply": (N_("Your reply"), TO_BE_READ),
    "reason": (N_("Your reason"), TO_BE_READ),
    "note": (N_("Your note"), INTERNAL),
}
#: The same where one step asks otherwise.
ASKED_OTHERWISE: Mapping[tuple[Step, str], tuple[str, str]] = {
    (Step.ACKNOWLEDGE, "subcategory"): (
        N_("Is this the exact problem?"),
        N_("If not, choose the right one and give the reason below. What the jirga chose is kept too."),
    ),
    (Step.ACKNOWLEDGE, "reason"): (N_("Your reason, if you chose another problem"), TO_BE_READ),
    (Step.CLOSE, "body"): (N_("Which office is the right one?"), N_("Answer this if it is outside our authority.")),
    (Step.CLOSE, "other"): (
        N_("Tracking number of the other grievance"),
        N_("Answer this if it was already recorded."),
    ),
    (Step.CLOSE, "reason"): (QUESTIONS["reason"][0], TO_BE_READ),
    (Step.PROPOSE_LIFT, "note"): (N_("Why can it be lifted?"), INTERNAL),
}
#: relation of two grievances -> its name
RELATIONS: Mapping[str, str] = {
    "duplicate": N_("The same grievance, told twice"),
    "same_matter": N_("Another grievance about the same matter"),
}
MYSELF = N_("I take it over myself")
#: kind of a text -> how it is named in a list
TEXTS: Mapping[str, str] = {
    "narrative": N_("What happened, written on %(date)s"),
    "remedy_text": N_("What the jirga asks, written on %(date)s"),
    "area_name": N_("Name of the village or area, written on %(date)s"),
    "question": N_("A question, written on %(date)s"),
    "answer": N_("An answer of the jirga, written on %(date)s"),
    "reply": N_("A reply, written on %(date)s"),
    "reason": N_("A reason, written on %(date)s"),
    "note": N_("An internal note, written on %(date)s"),
}

#: what is due -> the same with its day and how it was counted
DUE: Mapping[Kind, str] = {
    Kind.ACKNOWLEDGED: N_("Confirm by %(date)s that it was read. Counted from %(start)s, days allowed: %(days)s."),
    Kind.REPLIED: N_("A first full reply by %(date)s. Counted from %(start)s, days allowed: %(days)s."),
    Kind.ACTED: N_("An action or a dated plan by %(date)s. Counted from %(start)s, days allowed: %(days)s."),
    Kind.PLANNED: N_("The action by %(date)s: the jirga was told this day."),
    Kind.UPDATED: N_("Something new for the jirga by %(date)s. Counted from %(start)s, days allowed: %(days)s."),
}
#: why clocks stood still -> how many days did not count
NOT_COUNTED: Mapping[Pause, str] = {
    Pause.SHUTDOWN: N_("Days not counted, because the district was shut down: %(number)s."),
    Pause.WITHDRAWN: N_("Days not counted, because the jirga had withdrawn it: %(number)s."),
    Pause.QUESTION: N_("Days not counted, because a question to the jirga was open: %(number)s."),
}
IN_HAND = {
    "mine": N_("You have it in hand."),
    "named": N_("%(role)s %(name)s has it in hand."),
    "other": N_("Another official has it in hand: %(role)s."),
    "nobody": N_("Nobody has it in hand."),
}
RAISED = N_("Grievances of this session that you can open")
KEPT = N_("Kept at %(time)s. It is not sent yet.")


class Template(NamedTuple):
    """A text to begin with: for which step, its name, its words."""

    step: Step
    title: str
    text: str


#: [...] is filled in by whoever writes: forms.GAP
TEMPLATES: Mapping[str, Template] = {
    "which_place": Template(
        Step.ASK,
        N_("Ask which place or part is meant"),
        N_("We have read your grievance and want to act on it. Please tell us which part is meant: [...]."),
    ),
    "what_promised": Template(
        Step.ASK,
        N_("Ask what was promised before"),
        N_(
            "Please tell us what was promised about this before, by which office, and in which year. We ask because "
            "[...]."
        ),
    ),
    "was_done": Template(
        Step.REPORT_ACTION,
        N_("Say what was done"),
        N_("This was done about your grievance: [...]. Please say here whether the problem is solved."),
    ),
    "visited": Template(
        Step.REPORT_ACTION,
        N_("Say that a team came"),
        N_(
            "A team of our office came on [...]. It found: [...]. As a result: [...]. Please say here whether the "
            "problem is solved."
        ),
    ),
    "other_office": Template(
        Step.REFER,
        N_("Say why another office is concerned"),
        N_(
            "This is the task of another office, because [...]. We have asked that office to act. You read its answer "
            "here."
        ),
    ),
    "refused": Template(
        Step.CLOSE,
        N_("Say why it cannot be solved"),
        N_(
            "We cannot solve this, because [...]. You can turn to [...]. If you do not agree, you can reopen it here "
            "within 90 days."
        ),
    ),
}
