"""The headers that Chromium itself got: of a blank page, a signed-in page, an error page, a download, static files."""

from collections.abc import Callable

from playwright.sync_api import Response

from tests.attack.answers import open_cookies, wrong
from tests.browser.phone import Phone

SAME_FOR_ALL = ("/ps/submit", "/ps/topics")
ANALYST, ELDER = "demo-analyst", "demo-representative"


def test_what_the_browser_got(phone: Callable[..., Phone]) -> None:
    elder, analyst = phone("ps", scripts=True), phone("en")
    got: list[Response] = []
    for one in (elder, analyst):
        one.page.context.on("response", lambda answer: got.append(answer))  # noqa: PLW0108 playwright marks it
    elder.enter(ELDER)
    elder.open("submit")
    elder.open("nowhere")
    analyst.enter(ANALYST)
    with analyst.page.expect_download():
        analyst.touch("For statistics programs (CSV), one row for each figure")
    seen = {name: found for name, found in by_kind(analyst.site.base, got).items() if found}
    assert set(seen) >= {"blank page", "signed-in page", "error page", "download", "style", "script", "font"}
    found = {
        f"{kind}: {answer.url}": faults
        for kind, answers in seen.items()
        for answer in answers
        if (faults := faults_of(kind, answer))
    }
    assert found == {}
    assert open_cookies([line for answer in got for line in set_cookies(answer)], https=False) == []


def by_kind(base: str, got: list[Response]) -> dict[str, list[Response]]:
    """Answers by what they are; redirects and addresses of other sites left out."""
    kinds: dict[str, list[Response]] = {}
    for answer in got:
        path, type_ = answer.url.removeprefix(base), answer.headers.get("content-type", "")
        if not answer.url.startswith(base) or answer.status in range(300, 400):
            continue
        if path.startswith("/static/") or "javascript" in type_:
            kind = next((one for one in ("css", "javascript", "font") if one in type_), "file")
            kind = {"css": "style", "javascript": "script"}.get(kind, kind)
        elif "attachment" in answer.headers.get("content-disposition", ""):
            kind = "download"
        else:
            kind = "error page" if answer.status == 404 else "blank page" if path in SAME_FOR_ALL else "signed-in page"
        kinds.setdefault(kind, []).append(answer)
    return kinds


def faults_of(kind: str, answer: Response) -> list[str]:
    """What an answer of this kind lacks; who may keep it, too."""
    headers = {**answer.headers, **answer.all_headers()}  # what was not sent again is known from the first time
    kept = {"style": "immutable", "script": "immutable", "font": "immutable", "file": "immutable"}
    wanted = {**kept, "blank page": "private, no-cache"}.get(kind, "no-store")
    found = wrong(headers, page=kind not in kept)
    return found + ([] if wanted in headers.get("cache-control", "") else [f"kept: {headers.get('cache-control')}"])


def set_cookies(answer: Response) -> list[str]:
    """The lines of its cookies."""
    return [one["value"] for one in answer.headers_array() if one["name"].lower() == "set-cookie"]
