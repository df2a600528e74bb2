"""What every answer must carry, written down here and not taken from the product: pages, files, errors."""

from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie

#: Everything is closed but for our own; no `unsafe-…`, no other host.
OPEN = ("style-src", "script-src", "font-src", "img-src", "media-src", "connect-src", "manifest-src", "worker-src")
POLICY = {
    "default-src": "'none'", **dict.fromkeys(OPEN, "'self'"), "form-action": "'self'", "base-uri": "'none'",
    "frame-ancestors": "'none'",
}  # fmt: skip
ALWAYS = {
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}  # fmt: skip
PAGES = {"cross-origin-opener-policy": "same-origin", "x-frame-options": "DENY"}
NEVER = ("access-control-allow-origin", "access-control-allow-credentials", "x-powered-by")
YEAR = 31_536_000
#: Kinds that are text, whose letters a browser must not guess; JSON is UTF-8 by itself.
TEXT = ("text/", "+xml", "/xml", "javascript")


def wrong(headers: Mapping[str, str], *, page: bool = True, https: bool = False, body: bool = True) -> list[str]:
    """What an answer lacks, or has too much; header names in any case."""
    given = {name.lower(): value for name, value in headers.items()}
    policy = dict(part.strip().partition(" ")[::2] for part in given.get("content-security-policy", "").split(";"))
    found = [] if policy == POLICY else [f"policy {policy}"]
    found += [f"{name} {given.get(name)}" for name, value in ALWAYS.items() if given.get(name) != value]
    found += [name for name in NEVER if name in given]
    if page:
        found += [f"{name} {given.get(name)}" for name, value in PAGES.items() if given.get(name) != value]
        features = given.get("permissions-policy", "").split(", ")
        found += [f"permission {one}" for one in features if not one.endswith("=()")]
    kept = [part.strip() for part in given.get("strict-transport-security", "").split(";")]
    strict = "includeSubDomains" in kept and int(kept[0].removeprefix("max-age=") or 0) >= YEAR
    if strict is not https:
        found.append(f"strict transport {kept}")
    kind = given.get("content-type", "")
    if body and (not kind or (any(one in kind for one in TEXT) and "charset=utf-8" not in kind.lower())):
        found.append(f"content type {kind!r}")
    return found


def open_cookies(lines: Sequence[str], *, https: bool = True) -> list[str]:
    """Set-Cookie lines whose cookie a script could read, another site send, or another host set."""
    found = []
    for line in lines:
        ((name, cookie),) = SimpleCookie(line).items()
        closed = bool(cookie["httponly"]) and cookie["samesite"] == "Lax" and cookie["path"] == "/"
        locked = (name.startswith("__Host-"), bool(cookie["secure"])) == (https, https)
        if not closed or not locked or cookie["domain"]:
            found.append(line)
    return found
