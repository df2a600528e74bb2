"""`jirga check`: whether the instance is whole."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from webapp import db
from webapp.grievances.queries import recount, without_event
from webapp.office import Office
from webapp.summary.queries import last_number, ledger_cells, misprinted, open_number
from webapp.texts.queries import WrongKeys, require_keys, unopened
from webapp.uploads import queries as uploads
from webapp.vault import Vault


def findings(office: Office) -> Iterator[tuple[str, str]]:
    """Each thing looked at and what is wrong with it, "" for nothing; codes only, never a person's words."""
    if not db.at_head(office.engine):
        yield "schema", "not at head; run jirga init"
        return
    yield "schema", ""
    with office.reading() as session:
        yield "keys", _keys(session, office.vault)
        yield "release", _release(session)
        counted, posted = recount(session, office.world()), ledger_cells(session)
        drifted = sorted(cell for cell in counted.keys() | posted.keys() if counted.get(cell) != posted.get(cell))
        yield "ledger", f"{len(drifted)} cells differ from a recount, first {tuple(drifted[0])}" if drifted else ""
        wrong = misprinted(session)
        yield "published", f"{len(wrong)} cells differ from the ledger, first {tuple(wrong[0])}" if wrong else ""
        silent = without_event(session)
        yield "events", f"{silent} grievances have no event of their filing" if silent else ""
        closed = sum(1 for one in (unopened, uploads.unopened) for _ in one(session, office.vault))
        yield (
            "texts",
            f"{closed} do not open: changed, moved, or their key is missing from JIRGA_VAULT_KEYS" if closed else "",
        )


def _keys(session: Session, vault: Vault) -> str:
    try:
        require_keys(session, vault)
    except WrongKeys as error:
        return str(error)
    return ""


def _release(session: Session) -> str:
    """Whatever is counted now must go to the release after the last."""
    expected, found = last_number(session) + 1, open_number(session)
    return "" if found == expected else f"number {found} is open, after {expected - 1} it should be {expected}"
