"""How long to wait after wrong guesses. Pure."""

from datetime import timedelta
from typing import NamedTuple

#: Wrong guesses that cost nothing: people mistype.
FREE = 3
#: The longest wait for what a stranger can also try, so that nobody can be locked out; and for what only somebody
#: who knows the password can try.
LONGEST, LONGEST_INSIDE = timedelta(seconds=30), timedelta(minutes=15)
#: Wrong guesses in a row of which the person is told.
MANY = 10
#: Guesses longer ago no longer count; those inside count until a right one, or for long.
FORGOTTEN, FORGOTTEN_INSIDE = timedelta(hours=1), timedelta(days=30)
#: Guesses of strangers in an hour that the log keeps one by one; beyond that it keeps how many there were.
FEW, HOUR = 20, timedelta(hours=1)


class Pace(NamedTuple):
    """How often something that is allowed may be done in one go."""

    most: int
    inside: timedelta


#: Whoever has a briefing in an hour takes a dozen files, and a script every table of a release in some minutes; faster
#: than that, one person would keep the workers from everybody else.
DOWNLOADS = Pace(60, timedelta(minutes=1))


def is_told(times: int, first: int = 1) -> bool:
    """Whether the log keeps that something came so many times: the first, its tenfold, its hundredfold and so on."""
    while times > first and times % 10 == 0:
        times //= 10
    return times == first


def wait(failures: int, longest: timedelta = LONGEST) -> timedelta:
    """The wait after so many wrong guesses in a row: none, then 1, 2, 4... seconds, up to the longest."""
    if failures < FREE:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE, 20)), longest)
