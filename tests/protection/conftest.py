"""A province's protection officers, and what comes to them."""

from tests.shutdowns.conftest import offices

__all__ = ["offices"]
