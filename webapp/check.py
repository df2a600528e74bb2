"""`jirga check`: whether the instance is whole."""

from collections.abc import Iterator

from webapp import db
from webapp.grievances.queries import recount
from webapp.office import Office
from webapp.summary.queries import ledger_cells, misprinted
from webapp.texts.queries import unopened


def findings(office: Office) -> Iterator[tuple[str, str]]:
    """Each thing looked at and what is wrong with it, "" for nothing; codes only, never a person's words."""
    if not db.at_head(office.engine):
        yield "schema", "not at head; run jirga init"
        return
    yield "schema", ""
    with office.reading() as session:
        counted, posted = recount(session, office.world()), ledger_cells(session)
        drifted = sorted(cell for cell in counted.keys() | posted.keys() if counted.get(cell) != posted.get(cell))
        yield "ledger", f"{len(drifted)} cells differ from a recount, first {tuple(drifted[0])}" if drifted else ""
        wrong = misprinted(session)
        yield "published", f"{len(wrong)} cells differ from the ledger, first {tuple(wrong[0])}" if wrong else ""
        closed = sum(1 for _ in unopened(session, office.vault))
        yield (
            "texts",
            f"{closed} do not open: changed, moved, or their key is missing from JIRGA_VAULT_KEYS" if closed else "",
        )
