"""The terminal, for the tests of this folder."""

from tests.commands.terminal import bare, jirga

__all__ = ["bare", "jirga"]
