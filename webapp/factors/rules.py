"""The arithmetic of one-time passwords (RFC 6238, by pyotp) and what recovery codes look like. Pure."""

from datetime import datetime, timedelta

import pyotp

from webapp.codes import LATIN_DIGITS, random_code
from webapp.codes import read_code as read

#: Seconds that a code is shown, and codes before and after the present one that count: a clock may be 30 s off.
STEP, DRIFT = 30, 1
RECOVERY_CODES, RECOVERY_LENGTH = 10, 10
#: Whoever sets up a factor and has not given its first code by then begins anew.
UNFINISHED = timedelta(days=1)


def new_secret() -> str:
    """160 bits in base32."""
    return pyotp.random_base32()


def uri(secret: str, username: str, issuer: str) -> str:
    """The otpauth:// address that an app reads, also as a QR code."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=username, issuer_name=issuer)


def counter_of(secret: str, typed: str, at: datetime, after: int) -> int | None:
    """The time step whose code was typed, or None; steps up to `after` are spent."""
    code = "".join(typed.translate(LATIN_DIGITS).replace("-", "").split())
    present = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret, interval=STEP)
    for counter in range(present - DRIFT, present + DRIFT + 1):
        right = pyotp.utils.strings_equal(totp.generate_otp(counter), code)
        if right and counter > after:
            return counter
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of 50 bits, each good once."""
    return [random_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]


def read_recovery_code(typed: str) -> str | None:
    """The recovery code meant by what was typed, or None."""
    return read(typed.translate(LATIN_DIGITS), RECOVERY_LENGTH)
