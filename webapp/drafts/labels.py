"""Every other text of the form: questions, hints, warnings and refusals, as English messages of the catalogues."""

from collections.abc import Mapping

from webapp.config import N_

#: The sections of the form and the questions in each.
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Safety"), ("safety_ack",)),
    (
        N_("Jirga session (saved once, used for many grievances)"),
        (
            "gathering_date",
            "gathering_district",
            "gathering_tehsil",
            "place_type",
            "participants",
            "women_heard",
            "youth_heard",
            "minorities_heard",
            "displaced_heard",
            "consensus",
        ),
    ),
    (
        N_("Where"),
        (
            "district",
            "tehsil",
            "area_name",
        ),
    ),
    (
        N_("What"),
        (
            "subcategory",
            "person_asked",
        ),
    ),
    (
        N_("When"),
        (
            "timing",
            "start_year",
        ),
    ),
    (
        N_("Who is affected"),
        (
            "households",
            "people_number",
            "groups_affected",
        ),
    ),
    (N_("How urgent"), ("urgency",)),
    (N_("What happened"), ("narrative",)),
    (
        N_("What the jirga asks"),
        (
            "remedies",
            "remedy_text",
        ),
    ),
    (
        N_("Reported before"),
        (
            "raised_before",
            "raised_to",
            "prior_result",
        ),
    ),
    (
        N_("Privacy and contact"),
        (
            "confidentiality",
            "consent_share",
            "consent_statistics",
            "contact_preference",
        ),
    ),
)

#: question -> (label, hint); an empty hint means none.
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "safety_ack": (
        N_("I have read the safety notice"),
        N_("Do not write names, ID card numbers, phone numbers or home addresses. Fill in this form in a safe place."),
    ),
    "gathering_date": (N_("Date of the jirga"), N_("If you do not know the day, choose the nearest day.")),
    "gathering_district": (
        N_("District of the jirga"),
        N_("Where the jirga met. It may be different from the district of the problem."),
    ),
    "gathering_tehsil": (N_("Tehsil"), ""),
    "place_type": (N_("Kind of place"), N_("No address is needed.")),
    "participants": (N_("How many people took part?"), N_("A guess is enough.")),
    "women_heard": (N_("Were women heard?"), N_("In the jirga or in a separate meeting.")),
    "youth_heard": (N_("Were young people heard?"), ""),
    "minorities_heard": (N_("Were minorities heard?"), N_("A religious, sect or language minority, or a small tribe.")),
    "displaced_heard": (N_("Were displaced families heard?"), ""),
    "consensus": (
        N_("Did the jirga agree?"),
        N_("If some people did not agree, say so. It does not weaken the grievance."),
    ),
    "district": (N_("District of the problem"), ""),
    "tehsil": (N_("Tehsil"), ""),
    "area_name": (N_("Village or area (if safe)"), N_("Leave empty if naming the village can put people in danger.")),
    "subcategory": (
        N_("Exact problem"),
        N_("Choose the main one. You can make another grievance for another problem."),
    ),
    "person_asked": (
        N_("The person concerned asked me to report this"),
        N_("If not, stop here and share the help numbers."),
    ),
    "timing": (N_("Is it still going on?"), ""),
    "start_year": (N_("When did it start?"), N_("The year is enough.")),
    "households": (N_("How many households?"), N_("A guess is enough.")),
    "people_number": (N_("Number of people, if you know"), ""),
    "groups_affected": (N_("Who suffers most?"), ""),
    "urgency": (N_("How urgent is it?"), N_("This site is not an emergency service. In danger call 15 or 1122.")),
    "narrative": (
        N_("What happened?"),
        N_(
            "Write in your own words, in any language: what happened, how it hurts people, and what was promised. Do "
            "not write the names of victims or accused people."
        ),
    ),
    "remedies": (N_("What does the jirga ask for?"), N_("Choose up to three.")),
    "remedy_text": (N_("In the jirga's words"), ""),
    "raised_before": (N_("Was it reported to anyone before?"), ""),
    "raised_to": (N_("To whom?"), N_("Answer this if it was reported before.")),
    "prior_result": (N_("What was the result?"), N_("Answer this if it was reported before.")),
    "confidentiality": (N_("Who may see this grievance?"), N_("Your name is never shown in downloads.")),
    "consent_share": (
        N_("The jirga agrees to send this grievance to the government"),
        N_("You can withdraw it later."),
    ),
    "consent_statistics": (N_("May it be counted in totals by district?"), ""),
    "contact_preference": (N_("How may we contact you?"), N_("The safest way is to read the reply here.")),
}

#: Said before the hint of person_asked, which stands on every form.
PERSON_ONLY = N_("Tick this only for violence or abuse against a person.")
WARNINGS: Mapping[str, str] = {
    "starred": N_("This is for the subjects marked with a star (*):"),
    "start": N_(
        "This form is for the problems of your people. It is not an emergency service. Use it in a safe place. "
        "Do not write names, ID card numbers or exact addresses. You can erase everything from this phone at any "
        "time."
    ),
    "cnic_found": N_("This looks like an ID card or phone number. Please remove it. Nobody needs it here."),
    "sensitive": N_(
        "This is a sensitive matter. Do not write the story or any name. Only a trained protection officer will "
        "see it. You can also get help from the numbers below without sending anything."
    ),
    "life_danger": N_(
        "If people are in danger now, call 15 (police) or 1122 (rescue) first. An officer will see this form, "
        "but not at once: it may take a day or more."
    ),
    "mines": N_(
        "Do not go near it, touch it or move it. Keep children away. Mark the place only from far away. Tell the "
        "district control room."
    ),
    "shared_phone": N_(
        "This draft stays on this phone. If other people use this phone, set a PIN or erase it after sending."
    ),
    "threatened": N_("We are sorry. This grievance will now be confidential. Tell us only what is safe."),
    "jirga_punishment": N_(
        "We cannot accept demands that punish a person or family, such as fines, burning a house or giving a "
        "girl in marriage. These are against the law."
    ),
    "official_export": N_(
        "Totals only. To protect people, numbers are changed a little: by 3 at most, and 1 or 2 are never shown. "
        "Do not try to find out who spoke. Downloads are logged with your name."
    ),
}

#: What a refusal or a warning of `drafts.rules` says; each is a whole sentence that tells what to do.
PROBLEMS: Mapping[str, str] = {
    "required": N_("Please answer this question"),
    "not_listed": N_("Choose one of the answers in the list."),
    "future_date": N_("The date cannot be in the future"),
    "bad_date": N_("Write the date as year-month-day, for example 2025-03-26."),
    "too_early": N_("Write a date from 1 January 2014 or later."),
    "received_early": N_("The day the paper was received cannot be before the jirga met."),
    "bad_number": N_("Write a number"),
    "out_of_range": N_("Write a number from %(low)s to %(high)s."),
    "other_district": N_("This tehsil is not in the chosen district. Choose a tehsil of that district."),
    "out_of_scope": N_("You cannot file for this district. Choose a district of your own area."),
    "too_many": N_("Choose %(most)s at most."),
    "too_short": N_("Please write a little more"),
    "too_long": N_("This is too long by %(over)s letters. Please make it shorter."),
    "other_category": N_("This problem does not belong to the category given beside it. Correct one of the two."),
    "person_not_asked": N_(
        "Send this only if the person concerned asked you to. If not, share the help numbers instead."
    ),
    "raised_conflict": N_("You also said to whom it was reported or what came of it. Choose Yes here, or clear those."),
    "uncounted_number": N_("You chose that it is only counted, but not in totals. Change one of the two answers."),
    "answered_twice": N_("This question has two answers. Give one."),
    "not_understood": N_("Answer with yes or no."),
    "cnic": WARNINGS["cnic_found"],
    "mobile": WARNINGS["cnic_found"],
    "email": N_("This holds an e-mail address. Please remove it. Nobody needs it here."),
    "url": N_("This holds a web address or a map link. Please remove it. Nobody needs it here."),
    "coordinates": N_("This holds map coordinates. Please remove them; they can put people in danger."),
    "digits_in_row": N_("Write only the name of the village or area, without long numbers."),
    "house_number": N_("Write only the name of the village or area, without a house or street number."),
    "landline": N_("This may hold a telephone number. Remove it, or confirm at the end of the form that it is none."),
    "parentage": N_(
        "This may name a person by the father's name. Remove the name, or confirm at the end of the form that it names "
        "nobody."
    ),
    "rank_name": N_(
        "This may name a person by rank. Remove the name, or confirm at the end of the form that it names nobody."
    ),
    "punitive": WARNINGS["jirga_punishment"],
    "life_danger": WARNINGS["life_danger"],
    "extra_cells": N_(
        "This row has more cells than the first line has names. Look for a comma or a quotation mark too many."
    ),
    "formula": N_("This cell is computed by a formula. Put the value itself into it."),
    "serial_day": N_("This number was read as the day %(day)s. If that is not right, write the date in full."),
    "day_first": N_(
        "This was read as the day %(day)s: the day first, then the month. If that is not right, correct it."
    ),
    "withdrawn": N_(
        "The form of this line was withdrawn and is not entered again. To send it once more, use the form on the "
        "screen."
    ),
    "same_line": N_(
        "This line says the same as line %(line)s and is entered once. If it is another grievance, say what is "
        "different."
    ),
    "rows_disagree": N_("Rows of one gathering must agree here; this differs from the first row of that gathering."),
    "other_content": N_(
        "A form that you sent from this page has already arrived; you find it under “My grievances”. Send this one "
        "only if it tells of another problem."
    ),
    "bad_client_id": N_("The form's own number is damaged. Open a new form and copy your words into it."),
}
