"""The terminal and the real reference tables, for the tests of this folder."""

from tests.commands.terminal import bare, jirga
from tests.drafts.conftest import paper, reference, screen

__all__ = ["bare", "jirga", "paper", "reference", "screen"]
