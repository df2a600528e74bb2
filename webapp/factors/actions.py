"""Setting up a second factor, giving its codes, taking it away. Actions flush; callers commit."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.audit.actions import Acting
from webapp.factors import rules
from webapp.factors.models import Factor, RecoveryCode
from webapp.factors.queries import pending_of, place, secret_of
from webapp.factors.rules import UNFINISHED
from webapp.orm import deleted, lock
from webapp.people import actions as people
from webapp.people.models import Person


def prepare(acting: Acting, person: Person, proved_at: datetime) -> str:
    """The secret being set up: the same as long as the password typed at `proved_at` counts, for a page loaded twice.

    One of another sign-in, or of a password typed before, may be known to others, and is replaced.
    """
    lock(acting.session, person.id.bytes)
    if pending := pending_of(acting.session, acting.vault, person.id, proved_at):
        return pending
    erase(acting, person)
    secret = rules.new_secret()
    sealed = acting.vault.seal(secret, place(person.id))
    acting.session.add(Factor(person_id=person.id, sealed=sealed, created_at=proved_at, counter=0))
    acting.session.flush()
    return secret


def confirm(acting: Acting, person: Person, typed: str) -> list[str] | None:
    """The first code of the app puts the factor in force; recovery codes, told now and never again, or None."""
    if person.factor_at or not spend(acting, person, typed):
        return None
    person.factor_at = acting.at
    acting.note("factor_set", person=str(person.id))
    return renew_recovery(acting, person)


def spend(acting: Acting, person: Person, typed: str) -> bool:
    """Whether a code of the app is right; it is good once, whoever is quicker."""
    found = secret_of(acting.session, acting.vault, person.id)
    counter = rules.counter_of(found[0], typed, acting.at, found[1]) if found else None
    if counter is None:
        return False
    first = (Factor.person_id == person.id, Factor.counter < counter)
    spent = update(Factor).where(*first).values(counter=counter).returning(Factor.person_id)
    return acting.session.scalar(spent) is not None


def spend_recovery(acting: Acting, person: Person, typed: str) -> bool:
    """Whether a recovery code is right; it is good once."""
    code = rules.read_recovery_code(typed)
    mine = (RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    hashed = acting.vault.fingerprint(str(person.id), code or "", purpose="recovery code")
    spent = update(RecoveryCode).where(*mine, RecoveryCode.code_hash == hashed).values(used_at=acting.at)
    if acting.session.scalar(spent.returning(RecoveryCode.id)) is None:
        return False
    acting.note("recovery_code_used", person=str(person.id))
    return True


def renew_recovery(acting: Acting, person: Person) -> list[str]:
    """New recovery codes in place of the old ones; told now and never again."""
    acting.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = rules.new_recovery_codes()
    for code in codes:
        hashed = acting.vault.fingerprint(str(person.id), code, purpose="recovery code")
        acting.session.add(RecoveryCode(person_id=person.id, code_hash=hashed))
    acting.note("recovery_codes_made", person=str(person.id))
    return codes


def remove(acting: Acting, person: Person) -> None:
    """Take the factor away: by its own person where the role may do without, or when it was lost."""
    erase(acting, person)
    person.factor_at = None
    acting.note("factor_removed", person=str(person.id))


def reset(acting: Acting, person: Person) -> None:
    """An administrator takes away a lost factor: every sign-in ends, and the person is told."""
    remove(acting, person)
    people.end_all(acting, person.id)
    people.tell(acting, person.id, "factor_reset")
    people.warn(acting, person)


def forget(session: Session, at: datetime) -> int:
    """Remove secrets that were never put in force, and recovery codes that were used; how many."""
    open_ = Factor.person_id.in_(select(Person.id).where(Person.factor_at.is_(None)))
    pending = deleted(session, delete(Factor).where(open_, Factor.created_at < at - UNFINISHED))
    return pending + deleted(session, delete(RecoveryCode).where(RecoveryCode.used_at < at - UNFINISHED))


def erase(acting: Acting, person: Person) -> None:
    """Nothing of a factor stays."""
    acting.session.execute(delete(Factor).where(Factor.person_id == person.id))
    acting.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
