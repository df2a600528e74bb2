"""The file of an instance's secrets: made once, read anew when it was replaced, written whole or not at all."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from webapp.config import SECRETS, BadSetting, secrets_file


class KeyFile:
    """The vault keys as they stand in data_dir/secrets, read anew when the file was replaced."""

    def __init__(self, data_dir: Path, keys: str) -> None:
        self._data_dir, self._keys = data_dir, keys
        self._secret = secrets_file(data_dir).get("JIRGA_SECRET_KEY")
        self._stamp: tuple[int, int, int] | None = None

    def __call__(self) -> str:
        """The keys; those known before when the file is gone, cannot be read, or is another instance's."""
        with suppress(OSError, BadSetting):
            found = (self._data_dir / SECRETS).stat()
            stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
            if stamp != self._stamp:
                kept = secrets_file(self._data_dir)
                if kept.get("JIRGA_SECRET_KEY") == self._secret:
                    self._keys = kept.get("JIRGA_VAULT_KEYS") or self._keys
                self._stamp = stamp
        return self._keys


def replace_keys(data_dir: Path, keys: str) -> Path:
    """Put these vault keys in place of those in data_dir/secrets, and change nothing else of it; its path."""
    path = (data_dir / SECRETS).resolve()
    lines = path.read_text("ascii").splitlines()
    kept = [line for line in lines if line.partition("=")[0].strip() != "JIRGA_VAULT_KEYS"]
    write_whole(path, "\n".join([*kept, f"JIRGA_VAULT_KEYS={keys}", ""]))
    return path


def write_whole(path: Path, content: str) -> None:
    """Write a file at once or not at all, so that it outlasts a power cut; for its owner alone, who stays the same."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        if path.exists() and (owner := path.stat()).st_uid != os.geteuid():
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def fresh_secrets(key: str) -> dict[str, str]:
    """Secrets of a new instance, with this vault key."""
    return {"JIRGA_SECRET_KEY": secrets.token_hex(32), "JIRGA_VAULT_KEYS": key}


def keep_secrets(data_dir: Path, fresh: Mapping[str, str]) -> Path:
    """Write them to data_dir/secrets, mode 600, where nothing of that name may stand; its path."""
    path = data_dir / SECRETS
    content = (
        "# Whoever has this file and the database can read every grievance; without it nobody can.\n"
        "# Keep a copy in a safe place, apart from backups of the database.\n"
        + "".join(f"{name}={value}\n" for name, value in fresh.items())
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    return path
