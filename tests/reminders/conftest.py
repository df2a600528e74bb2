"""A district's officials with what waits for them, and the terminal."""

# loaded before any clock is stopped: what is loaded later keeps a stopped one
from tests.commands.terminal import bare, jirga
from tests.shutdowns.conftest import offices
from webapp import commands

__all__ = ["bare", "commands", "jirga", "offices"]
