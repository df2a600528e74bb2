"""nginx with the example's settings in front of a site, in a folder of its own, on loopback."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests import machine
from webapp.config import now
from webapp.launch import EXAMPLES

NAME = "forms.example.gov.pk"
EXAMPLE = (EXAMPLES / "nginx" / "jirga.conf").read_text("utf-8")


def certificate(folder: Path) -> None:
    """One that nobody trusts, for an hour."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        made.serial_number(1).not_valid_before(now() - timedelta(hours=1)).not_valid_after(now() + timedelta(hours=1))
    )
    pem, nothing = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, nothing))


def configured(folder: Path, site: int, plain: int, tls: int, text: str = EXAMPLE) -> Path:
    """The example with these ports and the folder in the place of the system's; nginx's main file around it."""
    folder.mkdir()
    for known, here in {
        "127.0.0.1:5000": f"127.0.0.1:{site}", "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{tls} ssl", f"/etc/letsencrypt/live/{NAME}": str(folder),
        "/var/log/nginx": str(folder), "/var/cache": str(folder), "/var/www/html": str(folder),
    }.items():  # fmt: skip
        assert known in text
        text = text.replace(known, here)
    certificate(folder)
    (folder / "jirga.conf").write_text(text, "utf-8")
    spare = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; pid {folder}/pid; error_log stderr;\n{'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{ {spare} access_log {folder}/other.log; include jirga.conf; }}\n"
    )
    return main


def complaints(main: Path) -> str:
    """What `nginx -t` says; nothing where all is right."""
    command = [machine.need("nginx"), "-t", "-q", "-c", main, "-p", main.parent]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode or "emerg" in done.stderr else ""


@contextmanager
def running(main: Path) -> Iterator[None]:
    """nginx, until the end."""
    command = [machine.need("nginx"), "-c", main, "-p", main.parent]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            yield
        finally:
            server.terminate()
            server.wait(10)
