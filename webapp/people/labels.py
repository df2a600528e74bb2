"""What is said when an account cannot be made or changed like that, and what a person is told at the next sign-in."""

from collections.abc import Mapping

from webapp.config import N_

#: code -> message
PROBLEMS: Mapping[str, str] = {
    "username": N_(
        "A user name has 3 to 40 of the characters a-z 0-9 . _ - and starts and ends with a letter or digit."
    ),
    "taken": N_("This user name is taken. Choose another."),
    "length": N_("A password has at least 12 and at most 256 characters."),
    "guessed": N_("This password is too easy to guess. Take several words that do not belong together."),
    "scope": N_("This role needs provinces or districts. Choose at least one."),
    "outside": N_("You can invite only for places that are your own."),
    "role": N_("You cannot invite for this role."),
    "last_administrator": N_(
        "This is the only account that can manage people. Give somebody else the role of administrator first."
    ),
    "own_role": N_("You cannot change your own role or places. Another administrator can."),
    "disabled": N_("This account is disabled. An administrator can enable it; then give out a new code."),
    "leave_later": N_(
        "A new code was given out for your account less than 30 days ago. So that nobody erases the account in your "
        "name, this can only be done later. An administrator can disable it at once."
    ),
    "wrong_password": N_("This is not your password."),
}

#: what happened -> what the person is told
NOTICES: Mapping[str, str] = {
    "password_reset": N_(
        "On %(date)s the office gave out a new code for your account, and you chose a new password. "
        "Everywhere else you were signed out."
    ),
    "factor_reset": N_("On %(date)s an administrator took away the second factor of your account."),
    "protection_entry": N_(
        "On %(date)s a way into an account of a protection officer was opened: it is new, got a new code, lost its "
        "second factor or was enabled again. Administrators and auditors see in the activity log who did this. Ask if "
        "you do not know why."
    ),
    "role_changed": N_("On %(date)s an administrator changed what your account may do."),
    "wrong_codes": N_(
        "On %(date)s somebody who knows your password gave wrong codes many times. If it was not you, choose a new "
        "password now."
    ),
}
