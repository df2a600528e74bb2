"""Browsers that signed in before, so that strangers who guess at an account cannot make its own person wait."""

import hmac
import secrets

from flask import request
from werkzeug.wrappers import Response

from webapp import db, guard

#: People whom one browser is remembered for, the last ones.
MOST = 5
YEAR = 31_536_000


def attempts_name(username: str, what: str = "a password") -> bytes:
    """Under which name guesses at an account are counted: the browser's own where it is known, else the account's."""
    device, marks = _cookie()
    own = _mark(device, username).encode()
    if device and any(hmac.compare_digest(mark.encode(), own) for mark in marks):
        return db.vault().fingerprint(device, username, what, purpose="attempts from a device")
    return db.vault().fingerprint(username, what, purpose="attempts at an account")


def remember(answer: Response, username: str) -> None:
    """Let the browser show next time that this person signed in with it."""
    device, marks = _cookie()
    device = device or secrets.token_urlsafe(16)
    mark = _mark(device, username)
    kept = [mark, *(one for one in marks if one != mark)][:MOST]
    value = ".".join([device, *kept])
    answer.set_cookie(
        cookie_name(), value, max_age=YEAR, secure=guard.https(), httponly=True, samesite="Lax", path="/"
    )  # fmt: skip


def cookie_name() -> str:
    """Locked to this host over https."""
    return guard.locked("device")


def _cookie() -> tuple[str, list[str]]:
    device, *marks = request.cookies.get(cookie_name(), "").split(".")
    return device[:40], marks[:MOST]


def _mark(device: str, username: str) -> str:
    return db.vault().fingerprint(device, username, purpose="device")[:16].hex()
