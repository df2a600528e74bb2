"""wapiti and sqlmap, each in an environment of its own, against a site on this machine; they stop by themselves."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.attack.pages import DISTRICTS, NEVER, Target, Visitor, is_id, widest

HERE = Path(__file__).parent
MADE = HERE.parents[1] / ".venv" / "attack"
#: What is built here, since no wheel of it is published, is built with this.
SOURCES = HERE / "requirements-build.txt"
#: wapiti 3.2.3 goes no further, and newer ones do not start on 3.11.
PYTHONS = ("python3.11", "python3.12")
#: Not among them: wapp, htp, nikto, cms, wp_enum, network_device, takeover and ssl, which ask servers elsewhere; ssrf,
#: xxe, log4shell and spring4shell, which need one that the site may call (it may call none: see SCAN_STRAYS); buster,
#: backup, brute_login_form and shellshock, which guess; timesql, which waits; ldap, which nothing here speaks and which
#: takes the words of a throttled form for answers; https_redirect, which is of a proxy.
MODULES = (
    "sql", "xss", "permanentxss", "exec", "file", "crlf", "redirect", "csrf", "http_headers", "csp",
    "methods", "upload", "htaccess",
)  # fmt: skip
#: At most so many seconds for wapiti's walk, for each of its modules, and for sqlmap's look at one parameter.
WALK, MODULE, PARAMETER = 60, 45, 90
AGENT = ("-H", "Sec-Fetch-Site: same-origin")


@dataclass(frozen=True)
class Finding:
    """What a scanner holds against an address."""

    module: str
    path: str
    what: str


@dataclass(frozen=True)
class Report:
    """One run: what was attacked, what was found, and what the time did not suffice for."""

    scanner: str
    targets: int
    seconds: float
    findings: Sequence[Finding]
    unfinished: Sequence[str]


def environment(name: str) -> Path:
    """The folder of a scanner's commands, installed when its pins have changed."""
    pins, folder = HERE / f"requirements-{name}.txt", MADE / name
    wanted = hashlib.sha256(pins.read_bytes() + SOURCES.read_bytes()).hexdigest()
    made = folder / "made"
    if not made.exists() or made.read_text("ascii") != wanted:
        _run([_python(), "-m", "venv", "--clear", folder])
        pip = [folder / "bin" / "python", "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input"]
        for file in (SOURCES, pins):
            _run([*pip, "install", "--no-deps", "--no-build-isolation", "--require-hashes", "-r", file])
        made.write_text(wanted, "ascii")
    return folder / "bin"


def _python() -> str:
    if sys.version_info < (3, 13):
        return sys.executable
    found = next(filter(None, map(shutil.which, PYTHONS)), None)
    return found or pytest.skip(f"the scanners need one of {', '.join(PYTHONS)}")


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[1:4]}: {done.stderr[-2000:]}")


def bounded(strays: Path) -> dict[str, str]:
    """What a process must be told to talk to this machine alone; what it tries besides stands in `strays`."""
    return {"PYTHONPATH": str(HERE / "loopback"), "SCAN_STRAYS": str(strays)}


def _scan(command: Sequence[str | Path], folder: Path, seconds: float) -> str:
    """What a scanner printed; it is kind to the machine, keeps its files in `folder`, and is ended when it does not."""
    folder.mkdir(parents=True, exist_ok=True)
    printed = folder / "printed"
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), **bounded(folder / "strays")}
    with printed.open("wb") as out:
        subprocess.run(
            ["nice", "-n", "19", *command],
            env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=seconds, check=False,
        )  # fmt: skip
    return printed.read_text("utf-8", "replace")


def strayed(strays: Path) -> list[Finding]:
    """Who tried to leave this machine."""
    lines = strays.read_text("utf-8").splitlines() if strays.exists() else []
    return [Finding("strays", "", line) for line in dict.fromkeys(lines)]


def wapiti(visitor: Visitor, targets: Iterable[Target], folder: Path, modules: Sequence[str] = MODULES) -> Report:
    """These modules against everything that wapiti finds from these addresses on."""
    return _wapiti(visitor, targets, folder, modules, "-d", "6")


def cookies(visitor: Visitor, username: str, password: str, folder: Path) -> Report:
    """What wapiti says to the cookies that it gets when it signs in by itself."""
    form = f"{visitor.base}/en/sign-in"
    words = ("--form-user", username, "--form-password", password, "--form-url", form)
    return _wapiti(Visitor(visitor.base), [], folder, ["cookieflags"], "-d", "1", *words)


def _wapiti(visitor: Visitor, targets: Iterable[Target], folder: Path, modules: Sequence[str], *more: str) -> Report:
    root, started, report = f"{visitor.base}/en/", time.monotonic(), folder / "report.json"
    # the page of one district is the page of all
    shunned = [f"{never}{tail}" for never in NEVER for tail in ("", "?*", "/*")]
    shunned += [f"summary/{other}*" for other in DISTRICTS[1:]]
    starts = [f"{visitor.base}{target.address}" for target in targets if target.form is None]
    command = [
        environment("wapiti") / "wapiti", "-u", root, "--scope", "folder", "-m", ",".join(modules), *AGENT,
        *(["-C", visitor.cookie] if visitor.cookie else []),
        *(word for start in starts for word in ("-s", start)),
        *(word for one in shunned for word in ("-x", f"{visitor.base}/*/{one}")),
        *more, "--max-files-per-dir", "60", "--max-attack-time", str(MODULE), "--max-scan-time", str(WALK),
        "-t", "10", "--tasks", "4", "--no-bugreport", "--endpoint", root, "--dns-endpoint", "localhost",
        "--store-session", folder / "session", "--store-config", folder / "config", "-f", "json", "-o", report,
    ]  # fmt: skip
    printed = _scan(command, folder, WALK + MODULE * len(modules) + 60)
    found = json.loads(report.read_text("utf-8"))
    findings = [
        Finding(one["module"], one["path"], f"{one['info']} {one['parameter']}".strip())
        for group in ("vulnerabilities", "anomalies", "additionals")
        for several in found[group].values()
        for one in several
    ]
    cut = re.findall(r"Max (scan|attack time was reached for module \w+)", printed)
    seconds = time.monotonic() - started
    pages = int(found["infos"]["crawled_pages_nbr"])
    return Report("wapiti", pages, seconds, [*findings, *strayed(folder / "strays")], cut)


def sqlmap(visitor: Visitor, targets: Sequence[Target], folder: Path) -> Report:
    """Boolean, error and union injection into each parameter, and once into the cookie."""
    attacked = widest(targets)
    started, findings, unfinished = time.monotonic(), list[Finding](), list[str]()
    for number, target in enumerate(attacked):
        found, left = _inject(visitor, target, folder / str(number))
        findings += found
        unfinished += left
    if visitor.cookie:
        found, left = _inject(visitor, Target("/en/", mark=visitor.cookie.partition("=")[0]), folder / "cookie")
        findings += found
        unfinished += left
    return Report("sqlmap", len(attacked), time.monotonic() - started, findings, unfinished)


def _inject(visitor: Visitor, target: Target, folder: Path) -> tuple[list[Finding], list[str]]:
    """sqlmap on one address: what it found, and the parameters that it did not come to."""
    names = target.parameters
    marked = target.mark and is_id(target.mark)
    address = target.address.replace(target.mark, f"{target.mark}*") if marked else target.address
    limit = 20 + PARAMETER * len(names)
    command = [
        environment("sqlmap") / "sqlmap", "-u", f"{visitor.base}{address}", *AGENT,
        *(["--cookie", visitor.cookie, "--drop-set-cookie"] if visitor.cookie else []),
        "--method", target.method, *(["--data", urlencode(target.form)] if target.form else []),
        *(["--param-filter", "URI"] if marked else ["-p", ",".join(names)]),
        "--batch", "--answers", "keep testing=Y", "--disable-coloring", "--skip-waf", "--dbms", "SQLite",
        "--level", "2", "--risk", "1", "--technique", "BEU", "--ignore-code", "*",
        "--timeout", "10", "--retries", "1", "--time-limit", str(limit),
        "--output-dir", folder / "output", "--tmp-dir", folder / "tmp",
    ]  # fmt: skip
    printed = _scan(command, folder, limit + 60)
    tested = set(re.findall(r"parameter '(\S+?)' (?:does not seem to be|is vulnerable)", printed))
    left = [name for name in (["#1*"] if marked else names) if name not in tested]
    path = "/".join("*" if is_id(part) else part for part in target.path.split("/"))
    found = [Finding("sqlmap", path, what) for what in _injected(printed)]
    return [*found, *strayed(folder / "strays")], [f"{path} {name}" for name in left]


def _injected(printed: str) -> list[str]:
    """What sqlmap holds against a parameter, also where its first look alone finds it odd."""
    certain = re.findall(r"parameter '\S+' is vulnerable", printed)
    odd = re.findall(r"heuristic \([^)]*\) test shows that [^\n]*?(parameter '\S+' might be [^\n]*)", printed)
    broken = re.findall(r"\b(5\d\d \([^)]*\) - \d+ times)", printed)
    return [*certain, *odd, *broken]
