"""The real reference tables, and a representative who is signed in."""

from tests.drafts.conftest import paper, reference, screen
from tests.submit.conftest import elder, filing

__all__ = ["elder", "filing", "paper", "reference", "screen"]
