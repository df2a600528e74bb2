"""Settings from JIRGA_* variables, read and validated once at start; an error names the variable. stdlib only."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

LANGUAGES = ("en", "ur", "ps")
#: The file of the secrets in the data directory.
SECRETS = "secrets"
#: A file of this name in the data directory says that the demo made it.
DEMO_MARK = "demo"
SECOND_FACTOR = ("required", "optional")
#: Pakistan has kept UTC+5 all year since 2009, so months and deadlines need no time zone database.
KARACHI = timezone(timedelta(hours=5), "PKT")
#: A page anywhere: anything else in the place of it would lead back to this site, or nowhere.
_PAGE = re.compile(r"https://((?:[a-z0-9-]+\.)+[a-z0-9-]+)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", re.IGNORECASE)


def N_(message: str) -> str:
    """Mark an English message for the catalogues where it is defined; screens translate it where it is shown."""
    return message


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in Karachi of a moment."""
    return moment.astimezone(KARACHI).date()


def start_of(day: date) -> datetime:
    """The first moment of a calendar day in Karachi."""
    return datetime.combine(day, time(), KARACHI).astimezone(UTC)


def time_of(moment: datetime) -> str:
    """The time of day in Karachi of a moment, like 14:05."""
    return f"{moment.astimezone(KARACHI):%H:%M}"


class Refused(ValueError):
    """Something that whoever runs the site must change; one line that says what."""


class BadSetting(Refused):
    """A JIRGA_* variable cannot be used; `variable` names it, the message says why without repeating a secret."""

    def __init__(self, variable: str, why: str) -> None:
        super().__init__(f"{variable}: {why}")
        self.variable = variable


class NoSecrets(BadSetting):
    """There are none; nobody can tell here whether there ever were: `jirga init` makes none where there were."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "JIRGA_SECRET_KEY and JIRGA_VAULT_KEYS",
            f"{path} lacks them; put back the copy that was kept, or remove {path} where no site was yet"
            if path.exists()
            else "not set; where a site was before, put the copy of secrets that was kept into "
            f"{path.parent} (mode 600); for a new one run `jirga init`",
        )


@dataclass(frozen=True)
class Settings:
    """All that can be set from outside; `secrets` never appear in its repr."""

    data_dir: Path
    database_url: str
    secret_key: bytes = field(repr=False)
    #: "id:base64", newest first, comma-separated
    vault_keys: str = field(repr=False)
    default_language: str = "ur"
    base_url: str = ""
    trusted_proxies: int = 0
    operator_name: str = ""
    operator_contact: str = ""
    site_name: str = ""
    #: where "quick exit" leads: a page that anyone may have open
    quick_exit_url: str = "https://www.google.com/search?q=weather"
    log_level: str = "INFO"
    #: required: every role but representative must have one
    second_factor: str = "required"
    #: a command line that `jirga reminders run` calls with the number of what waits; "" for none
    reminder_hook: str = field(default="", repr=False)
    #: HOST:PORT where `jirga serve` shows measurements; "" for nowhere
    metrics: str = ""
    demo: bool = False
    #: variable -> "environment" or "file", of what was set; the rest stands at its default
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def https(self) -> bool:
        """Whether people reach the site over https, so that cookies can be locked to it."""
        return self.base_url.startswith("https://")


def database_url(data_dir: Path, given: str) -> str:
    """The SQLAlchemy address for `given`, or for the SQLite file in `data_dir` when nothing is given."""
    if not given:
        return f"sqlite:///{data_dir.resolve() / 'jirga.sqlite3'}"
    scheme = given.partition(":")[0]
    if scheme in ("postgres", "postgresql"):
        return "postgresql+psycopg:" + given.partition(":")[2]
    if scheme == "postgresql+psycopg" or (given.startswith("sqlite:///") and given[10:] not in ("", ":memory:")):
        return given
    raise BadSetting("JIRGA_DATABASE_URL", "give postgresql://… or sqlite:///…, or leave it out for SQLite")


def secrets_file(data_dir: Path) -> dict[str, str]:
    """The NAME=value lines of data_dir/secrets, empty when there is no such file."""
    path = data_dir / SECRETS
    if not path.exists():
        return {}
    try:
        text = path.read_text("ascii")
    except UnicodeDecodeError:
        raise BadSetting(str(path), "damaged; put back the copy that was kept") from None
    lines = (line.partition("=") for line in text.splitlines() if line and line[0] != "#")
    return {name.strip(): value.strip() for name, _, value in lines}


def _number(env: Mapping[str, str], variable: str) -> int:
    text = env.get(variable, "") or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadSetting(variable, "give a whole number, 0 or more")
    return int(text)


def _one_of(env: Mapping[str, str], variable: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(variable, "") or default
    if value not in allowed:
        raise BadSetting(variable, "give one of " + ", ".join(allowed))
    return value


def _command_line(env: Mapping[str, str], variable: str) -> str:
    value = env.get(variable, "").strip()
    try:
        shlex.split(value)
    except ValueError:
        raise BadSetting(variable, "give a command line; a quotation mark is left open") from None
    return value


def _base_url(env: Mapping[str, str]) -> str:
    value = env.get("JIRGA_BASE_URL", "").rstrip("/").lower()
    try:
        parts = urlsplit(value)
        right = parts.scheme in ("http", "https") and bool(parts.netloc) and not parts.path
    except ValueError:
        right = False
    if value and not right:
        raise BadSetting("JIRGA_BASE_URL", "give the address people type, like https://forms.example.gov.pk")
    return value


def _quick_exit_url(env: Mapping[str, str], own_site: str) -> str:
    value = env.get("JIRGA_QUICK_EXIT_URL", "") or Settings.quick_exit_url
    found = _PAGE.fullmatch(value)
    if not found or found[1].lower() == urlsplit(own_site).hostname:
        raise BadSetting(
            "JIRGA_QUICK_EXIT_URL", f"give a page of another site, from https:// on, like {Settings.quick_exit_url}"
        )
    return value


def _require_known(env: Mapping[str, str]) -> None:
    """A slip in a name would leave the site without what was to protect it, and nobody would see that."""
    known = [name.upper() for name in Settings.__dataclass_fields__ if name not in ("demo", "sources")]
    for name in (variable[6:] for variable in env if variable.startswith("JIRGA_")):
        if name not in known:
            near = get_close_matches(name.upper(), known, 1)
            what = f"do you mean JIRGA_{near[0]}?" if near else "take it away"
            raise BadSetting(f"JIRGA_{name}", f"there is no such setting; {what}")


def _require_text(env: Mapping[str, str]) -> None:
    """Bytes that are no text would break a page later, not the start."""
    for variable in (name for name in env if name.startswith("JIRGA_")):
        try:
            env[variable].encode()
        except UnicodeEncodeError:
            raise BadSetting(variable, "give text in UTF-8") from None


def _filled(given: Mapping[str, str]) -> dict[str, str]:
    """What was set: an empty value is not, nor dots where an example has room for a name."""
    blanks = ("JIRGA_OPERATOR_NAME", "JIRGA_OPERATOR_CONTACT")
    return {k: v for k, v in given.items() if v and (k not in blanks or any(map(str.isalnum, v)))}


def data_dir_of(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the instance keeps its secrets and, unless told otherwise, its database."""
    return Path(environ.get("JIRGA_DATA_DIR", "") or "instance")


def settings_from(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from variables, secrets from variables or else from the secrets file; raises BadSetting."""
    data_dir = data_dir_of(environ)
    kept, given = _filled(secrets_file(data_dir)), _filled(environ)
    env = {**kept, **given}
    sources = {**dict.fromkeys(kept, "file"), **dict.fromkeys(given, "environment")}
    _require_known(env)
    _require_text(env)
    if not env.get("JIRGA_SECRET_KEY") or not env.get("JIRGA_VAULT_KEYS"):
        raise NoSecrets(data_dir / SECRETS)
    if len(env["JIRGA_SECRET_KEY"]) < 32:
        raise BadSetting("JIRGA_SECRET_KEY", "give at least 32 characters")
    base_url = _base_url(env)
    demo = (data_dir / DEMO_MARK).exists() and not env.get("JIRGA_DATABASE_URL")
    return Settings(
        data_dir=data_dir,
        database_url=database_url(data_dir, env.get("JIRGA_DATABASE_URL", "")),
        secret_key=env["JIRGA_SECRET_KEY"].encode(),
        vault_keys=env["JIRGA_VAULT_KEYS"],
        default_language=_one_of(env, "JIRGA_DEFAULT_LANGUAGE", "ur", LANGUAGES),
        base_url=base_url,
        trusted_proxies=_number(env, "JIRGA_TRUSTED_PROXIES"),
        operator_name=env.get("JIRGA_OPERATOR_NAME", ""),
        operator_contact=env.get("JIRGA_OPERATOR_CONTACT", ""),
        site_name=env.get("JIRGA_SITE_NAME", ""),
        quick_exit_url=_quick_exit_url(env, base_url),
        second_factor=_one_of(env, "JIRGA_SECOND_FACTOR", "optional" if demo else "required", SECOND_FACTOR),
        log_level=_one_of(env, "JIRGA_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        reminder_hook=_command_line(env, "JIRGA_REMINDER_HOOK"),
        metrics=env.get("JIRGA_METRICS", ""),
        demo=demo,
        sources={name: where for name, where in sources.items() if name.startswith("JIRGA_")},
    )


def resource(name: str) -> Path:
    """The folder of translations or migrations: beside the package in an installed wheel, else in the checkout."""
    package = Path(__file__).parent
    beside = package / name
    return beside if beside.is_dir() else package.parent / name
