"""What a jirga reads of each step and outcome, and what each refusal says; messages of the catalogues."""

from collections.abc import Mapping

from webapp.clocks.rules import Kind
from webapp.config import N_
from webapp.grievances.rules import Outcome
from webapp.history.rules import Pause
from webapp.history.tables import Step

#: None: it was filed
STEPS: Mapping[Step | None, str] = {
    None: N_("The jirga sent this grievance."),
    Step.ACKNOWLEDGE: N_("An official has read it and confirms that it arrived."),
    Step.REVIEW: N_("An official is looking into it."),
    Step.ASK: N_("An official asked the jirga a question."),
    Step.REFER: N_("It was sent to the office concerned."),
    Step.ACCEPT: N_("The office concerned accepted it."),
    Step.SEND_BACK: N_("The office concerned sent it back."),
    Step.PLAN: N_("An official set a day for action."),
    Step.REPORT_ACTION: N_("An official reported what was done."),
    Step.CLOSE: N_("A supervisor closed it."),
    Step.ANSWER_REOPENED: N_("Another official is now looking into it."),
    Step.CLAIM: N_("An official took it in hand."),
    Step.LET_GO: N_("An official gave it back for others to take up."),
    Step.REASSIGN: N_("It was given to another official."),
    Step.NOTE: N_("An official wrote an internal note."),
    Step.LINK: N_("An official linked it with another grievance."),
    Step.BLANK: N_("An official removed words that could put somebody in danger, and gave the reason."),
    Step.PROPOSE_LIFT: N_("A protection officer proposed that other officials may see it. A second one must agree."),
    Step.LIFT: N_("Two protection officers opened it to other officials, as the jirga agreed."),
    Step.MARK_PROTECTED: N_("It was given to the protection officer. Nobody else sees it now."),
    Step.CORRECT_OFFICIAL: N_("An official corrected an entry and gave the reason."),
    Step.ANSWER: N_("The jirga answered the question."),
    Step.CONFIRM: N_("The jirga confirmed the result."),
    Step.REOPEN: N_("The jirga reopened it."),
    Step.WITHDRAW: N_("The jirga withdrew it."),
    Step.TAKE_BACK: N_("The jirga undid the withdrawal."),
    Step.ERASE_NOW: N_("What was written in it was erased, as the jirga wished."),
    Step.CORRECT: N_("The jirga corrected an entry."),
    Step.REMIND: N_("The jirga was asked once more whether the problem is solved."),
    Step.CLOSE_SILENT: N_("It was closed because no answer came from the jirga."),
    Step.ERASE_DUE: N_("What was written in it was erased: the time to undo the withdrawal was over."),
    Step.ERASE_CLOSED: N_(
        "What was written in it was erased: the time for which words are kept after closing is over."
    ),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.SOLVED: N_("The problem is solved."),
    Outcome.PARTLY_SOLVED: N_("The problem is partly solved."),
    Outcome.NO_ANSWER_FROM_JIRGA: N_("No answer came from the jirga."),
    Outcome.OUTSIDE_MANDATE: N_("It is outside our authority."),
    Outcome.WITH_COURT: N_("The matter is before a court."),
    Outcome.DUPLICATE: N_("It was already recorded under another number."),
    Outcome.NOT_SOLVED_REFUSED: N_("The problem is not solved."),
}
#: name of an event's code -> what it tells
DETAILS: Mapping[str, str] = {
    "district": N_("District: before %(before)s, now %(after)s."),
    "subcategory": N_("Problem: before %(before)s, now %(after)s."),
    "urgency": N_("How urgent: before %(before)s, now %(after)s."),
    "households": N_("Households: before %(before)s, now %(after)s."),
    "body": N_("Office concerned: %(body)s."),
    "day": N_("It is to be done by %(date)s."),
    "other": N_("It is recorded under the number %(reference)s."),
    "erased": N_("What was written was erased."),
}
#: relation of two grievances -> what a link tells
LINKED: Mapping[str, str] = {
    "duplicate": N_("It tells of the same grievance as number %(reference)s."),
    "same_matter": N_("It belongs to the same matter as number %(reference)s."),
}
#: What is due -> what the representative is told while there is time, and when it is late.
PROMISES: Mapping[Kind, str] = {
    Kind.ACKNOWLEDGED: N_("An official should confirm by %(date)s that it was read."),
    Kind.REPLIED: N_("You should get a first answer by %(date)s."),
    Kind.ACTED: N_("You should hear by %(date)s what will be done."),
    Kind.PLANNED: N_("The office promised to act by %(date)s."),
    Kind.UPDATED: N_("You should hear something new by %(date)s."),
}
LATE: Mapping[Kind, str] = {
    Kind.ACKNOWLEDGED: N_("An official should have confirmed by %(date)s that it was read. It is late."),
    Kind.REPLIED: N_("You should have got a first answer by %(date)s. It is late."),
    Kind.ACTED: N_("You should have heard by %(date)s what will be done. It is late."),
    Kind.PLANNED: N_("The office promised to act by %(date)s. It is late."),
    Kind.UPDATED: N_("You should have heard something new by %(date)s. It is late."),
}
#: why clocks stand still today
STANDS_STILL: Mapping[Pause, str] = {
    Pause.SHUTDOWN: N_("The clocks stand still, because the district is shut down."),
    Pause.WITHDRAWN: N_("The clocks stand still, because the jirga has withdrawn it."),
    Pause.QUESTION: N_("The clocks stand still, because a question to the jirga is open."),
}
#: The code of a refusal -> a whole sentence; what is wrong with a field and not here is in drafts.labels.
PROBLEMS: Mapping[str, str] = {
    "not_found": N_("There is no such grievance here."),
    "moved": N_("Something has changed here in the meantime. Look at it once more, then decide."),
    "not_yours": N_("Somebody else has to do this."),
    "not_now": N_("This cannot be done as the grievance stands now."),
    "not_yet": N_("It is too early for this."),
    "veiled": N_("A new code was given for your account after you sent this. To keep it safe, it cannot be done here."),
    "too_late": N_("The time for this is over."),
    "too_often": N_("This grievance cannot be reopened again: it was reopened as often as is allowed."),
    "erased": N_("What was written in it is already erased."),
    "earlier_handler": N_("You handled this before. Another official must look at it now."),
    "own_handling": N_("Whoever handles a grievance cannot close it. Another supervisor must do this."),
    "held": N_("Another official has it in hand. A supervisor can give it to you."),
    "second_person": N_("You proposed this yourself. Another protection officer must decide."),
    "sent_back_before": N_("This office already sent it back once. Accept it, or refer it to another office."),
    "unfit": N_("Something on this form must be corrected. Nothing was changed yet."),
    "not_ahead": N_("Choose a day after today, at most one year ahead."),
    "unknown_reference": N_("This is not the tracking number of another grievance that you can open."),
    "already_linked": N_("These two are linked already."),
    "own_office": N_("This office has it already. Choose another office."),
    "unknown_officer": N_("This is not the user name of another official who may open this grievance."),
    "not_agreed": N_("Ask the jirga first, and tick this only if it agrees."),
    "no_consent": N_("Send it on only if the people concerned agree."),
    "gap": N_("Fill in each place marked with [...], or take it out."),
    "nothing_changed": N_("This is the same as before. Change something, or go back."),
    "not_asked": N_("This is never asked about such a sensitive matter. Leave it as it is."),
}
