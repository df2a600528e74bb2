"""What the administrator's pages say of codes: messages marked for the catalogues, translated by the screen."""

from collections.abc import Mapping

from webapp.config import N_
from webapp.people.rules import Role

#: state of an account
ACCOUNT_STATES: Mapping[str, str] = {
    "active": N_("Active"),
    "awaiting": N_("Awaits a new password"),
    "disabled": N_("Disabled"),
}
#: state of a one-time code
CODE_STATES: Mapping[str, str] = {
    "open": N_("Open"),
    "used": N_("Used"),
    "revoked": N_("Taken back"),
    "expired": N_("Expired"),
}

#: `what` of an entry of the activity log -> what happened
KINDS: Mapping[str, str] = {
    "signed_in": N_("Signed in"),
    "signed_out": N_("Signed out"),
    "sign_in_refused": N_("A sign-in was refused: wrong user name or password"),
    "code_refused": N_("A wrong code was given"),
    "session_ended": N_("One sign-in was ended"),
    "sessions_ended": N_("Every sign-in of an account was ended"),
    "password_changed": N_("A new password was chosen"),
    "factor_set": N_("A second factor was set up"),
    "factor_removed": N_("A second factor was taken away"),
    "recovery_codes_made": N_("New recovery codes were made"),
    "recovery_code_used": N_("A recovery code was used"),
    "invited": N_("A code for a new account was given out"),
    "code_reissued": N_("A code for a new password was given out"),
    "invitation_used": N_("A one-time code was used"),
    "invitation_revoked": N_("A one-time code was taken back"),
    "person_added": N_("An account was made"),
    "person_changed": N_("The role or the places of an account were changed"),
    "person_disabled": N_("An account was disabled"),
    "person_enabled": N_("An account was enabled again"),
    "person_left": N_("Somebody left and the account was erased"),
    "people_listed": N_("The list of people was looked at"),
    "person_opened": N_("The page of an account was opened"),
    "audit_listed": N_("The activity log was looked at"),
    "refused": N_("A page was refused to somebody who may not open it"),
    "queue_opened": N_("The queue was looked at"),
    "grievance_opened": N_("A grievance was opened"),
    "grievance_handled": N_("A step was taken on a grievance"),
    "protection_report": N_("The report on protected grievances was read"),
    "shutdown_marked": N_("A shutdown of a district was marked"),
    "shutdown_ended": N_("A shutdown of a district was ended"),
    "release": N_("A release was published"),
    "ledger_rebuilt": N_("The counts were corrected"),
    "key_made": N_("A new key for the stored texts was made"),
    "keys_rotated": N_("All stored texts were encrypted anew under the new key"),
    "keys_dropped": N_("Older keys of the stored texts were taken out"),
    "backup_begun": N_("A backup was begun"),
    "restored": N_("The site was restored from a backup"),
    "exact_figures_seen": N_("Exact figures were looked at"),
    "exact_figures_downloaded": N_("Exact figures were downloaded"),
    "summary_downloaded": N_("A summary was downloaded"),
}
OPERATOR, LEFT = N_("Operator, at the command line"), N_("Somebody who has left")
#: Who it was when no person is noted and it was not the operator, or not for sure.
WITHOUT_PERSON: Mapping[str, str] = {
    "sign_in_refused": N_("Nobody who was signed in"),
    "code_refused": N_("Nobody who was signed in"),
    "person_added": N_("Somebody with a one-time code, or the operator"),
    "release": N_("The site itself, or the operator"),
}

#: name of a value that an entry keeps -> the same in words; what is not here is shown as it stands
DETAILS: Mapping[str, str] = {
    "account": N_("Account"),
    "person": N_("Account"),
    "invitation": N_("Invitation"),
    "role": N_("Role"),
    "scope": N_("Places"),
    "province": N_("Province"),
    "district": N_("District"),
    "first": N_("First day"),
    "last": N_("Last day"),
    "pressed": N_("Withdrawn under pressure"),
    "period": N_("Period"),
    "before": N_("Before"),
    "after": N_("After"),
    "own_phone": N_("Own phone"),
    "factor": N_("Second factor"),
    "page": N_("Page"),
    "method": N_("Method"),
    "number": N_("Release number"),
    "changed": N_("Changed grievances"),
    "forced": N_("Before it was due"),
    "release": N_("Release number"),
    "language": N_("Language"),
    "rows": N_("Lines"),
    "format": N_("Kind of file"),
    "export_id": N_("Number of the file"),
    "times": N_("How often"),
    "status": N_("Status"),
    "topic": N_("Exact problem"),
    "urgency": N_("Urgency"),
    "whose": N_("Who has it"),
    "due": N_("Due"),
    "filters": N_("Filters"),
    "key": N_("Number of the key"),
    "made_at": N_("Backup of"),
    "head": N_("Last seal in it"),
}
#: names of values that are places
OF_PLACES = frozenset({"scope", "province", "district"})
#: no, yes
ANSWERS = (N_("No"), N_("Yes"))

PROBLEMS: Mapping[str, str] = {
    "role": N_("Choose one of these roles."),
    "place": N_("One of these places is not in the list. Choose again."),
    "language": N_("Choose the language of the card."),
    "kind": N_("Choose one of the list, or leave it open."),
    "day": N_("Give a day as year-month-day, like 2026-11-22, or leave it empty."),
    "stranger": N_("There is no account of this user name."),
    "own_account": N_("You cannot do this to your own account. Another administrator can."),
}

#: variable -> what it sets
SETTINGS: Mapping[str, str] = {
    "JIRGA_OPERATOR_NAME": N_("Who runs this site"),
    "JIRGA_OPERATOR_CONTACT": N_("How people reach them"),
    "JIRGA_BASE_URL": N_("Address of the site"),
    "JIRGA_SITE_NAME": N_("Name of the site"),
    "JIRGA_DATABASE_URL": N_("Database"),
    "JIRGA_DATA_DIR": N_("Folder of the instance"),
    "JIRGA_SECRET_KEY": N_("Secret of the instance"),
    "JIRGA_VAULT_KEYS": N_("Keys of the stored texts"),
    "JIRGA_DEFAULT_LANGUAGE": N_("Language at first"),
    "JIRGA_SECOND_FACTOR": N_("Second factor of officials"),
    "JIRGA_TRUSTED_PROXIES": N_("Servers in front of this one"),
    "JIRGA_QUICK_EXIT_URL": N_("Where quick exit leads"),
    "JIRGA_REMINDER_HOOK": N_("Program that is told how many wait"),
    "JIRGA_LOG_LEVEL": N_("What the server's own log keeps"),
    "JIRGA_METRICS": N_("Where counts and times of the server can be read"),
}
SOURCES: Mapping[str, str] = {
    "environment": N_("Environment variable"),
    "file": N_("Secrets file"),
    "default": N_("Default"),
}
#: Settings of which nothing is told but that they are set.
SECRET = frozenset({"JIRGA_SECRET_KEY", "JIRGA_VAULT_KEYS"})
#: Settings that people miss when nobody has set them.
MISSED = frozenset({"JIRGA_OPERATOR_NAME", "JIRGA_OPERATOR_CONTACT"})
SET, NOT_SET, WITH_PASSWORD = N_("set"), N_("not set"), N_("password: set")

#: role that should stand for a whole province -> nobody does
VACANT: Mapping[Role, str] = {
    Role.SUPERVISOR: N_("Nobody is supervisor for the whole province."),
    Role.PROTECTION_OFFICER: N_("Nobody is protection officer for the whole province."),
}

#: what was looked at -> all is well, something is wrong
FINDINGS: Mapping[str, tuple[str, str]] = {
    "schema": (
        N_("The database has the form that this version needs."),
        N_("The database does not have the form that this version needs. Run %(command)s."),
    ),
    "keys": (
        N_("The keys are those of this database."),
        N_("The keys are not those of this database. Put back the secrets it was made with."),
    ),
    "release": (
        N_("The next release is open, and the counting goes on."),
        N_("The open release has the wrong number. Run %(command)s."),
    ),
    "audit": (
        N_("The chain of the activity log holds, as far as its newest seals tell."),
        N_("The chain of the activity log is broken, or nobody seals it. Run %(command)s."),
    ),
}
#: what was looked at -> the command that its sentence names
COMMANDS: Mapping[str, str] = {"schema": "jirga init", "release": "jirga check", "audit": "jirga check"}
