"""What the representative's own list and pages say: questions of each step, promises, buttons."""

from collections.abc import Mapping

from webapp.config import N_
from webapp.history.tables import Step

#: The answer that nothing was solved, which opens the grievance again: its code and its words.
NOT_SOLVED = ("not_solved", N_("Not solved"))

#: field of a step -> (label, hint); an empty hint means none.
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "answer": (
        N_("Your answer"),
        N_("Write in your own words, in any language. Do not write names, ID card numbers or phone numbers."),
    ),
    "outcome": (N_("Is the problem solved?"), N_("Only the jirga can say so. Nobody else closes it as solved.")),
    "pressed": (
        N_("Is somebody pressing you to withdraw it?"),
        N_("You need not answer. Only the protection officer sees this answer."),
    ),
    "district": (N_("District of the problem"), ""),
    "subcategory": (
        N_("Exact problem"),
        N_(
            "If you choose one with a star (*), all that was written is erased. Only the protection officer sees it "
            "then."
        ),
    ),
    "person_asked": (
        N_("The person concerned asked me to report this"),
        N_("Tick this only for violence or abuse against a person."),
    ),
}

#: step -> (what the folded part is called, what it does, the button)
STEPS: Mapping[Step, tuple[str, str, str]] = {
    Step.ANSWER: (N_("Answer the question"), N_("The office waits for your answer."), N_("Send the answer")),
    Step.CONFIRM: (
        N_("Say whether it is solved"),
        N_("If nothing was solved, it is opened again and goes to a higher office."),
        N_("Send"),
    ),
    Step.REOPEN: (
        N_("Reopen it"),
        N_("If the problem is not solved or has come back, a higher office looks at it again."),
        N_("Reopen"),
    ),
    Step.CORRECT: (
        N_("Correct the district or the problem"),
        N_("You can do this until an official has confirmed that it was read. What it said before is kept too."),
        N_("Save the correction"),
    ),
    Step.TAKE_BACK: (
        N_("Undo the withdrawal"),
        N_("It stands again as it was before, and officials see it again."),
        N_("Undo the withdrawal"),
    ),
    Step.ERASE_NOW: (
        N_("Erase the texts now"),
        N_("All that was written in it is erased at once. After that neither this nor the withdrawal can be undone."),
        N_("Erase the texts now"),
    ),
    Step.WITHDRAW: (
        N_("Withdraw it"),
        N_(
            "Officials no longer see it, and it is no longer counted. For 48 hours you can undo this; after that all "
            "that was written in it is erased."
        ),
        N_("Withdraw"),
    ),
}
#: What withdrawing does where a new code was given for the account since.
WITHDRAW_VEILED = N_(
    "Officials no longer see it, and it is no longer counted. Because a new code was given for your account, you can "
    "undo this for 30 days; after that all that was written in it is erased. The protection officer is shown its "
    "number, so that nobody withdraws it in your name."
)
#: whether the days are over -> what is told of a shutdown
SHUT: Mapping[bool, str] = {
    True: N_("The offices of this district could not work from %(first)s to %(last)s. These days do not count."),
    False: N_("The offices of this district cannot work from %(first)s to %(last)s. These days do not count."),
}
