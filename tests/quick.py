"""What is the same in every test is made once in a process, and a password is hashed as cheaply as argon2 can.

pytest calls `install`; nothing outside can switch it on, and commands and servers that tests start know nothing of it.
"""

import functools
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from webapp import blank
from webapp.people import actions

#: The product's own, for the test of what it costs to guess.
STRONG = actions.HASHER
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Templates(BytecodeCache):
    """Templates compiled by this process, whichever app came first; by name, file and content."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        self._known[bucket.key, bucket.checksum] = bucket.code


def install() -> None:
    """From now on, in this process."""
    actions.HASHER = CHEAP
    blank.body = functools.lru_cache(500)(blank.body)
    _share_templates(Templates())
    _share_addresses()
    _share_statements()


def _share_templates(known: Templates) -> None:
    make = Flask.create_jinja_environment

    def made(app: Flask) -> Any:
        environment = make(app)
        environment.bytecode_cache = known
        return environment

    Flask.create_jinja_environment = made  # type: ignore[method-assign]


def _share_addresses() -> None:
    """For each address of each app werkzeug writes and compiles a function, which holds nothing of that app."""
    write, known = Rule._compile_builder, dict[object, Callable[..., tuple[str, str]]]()

    def written(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return write(rule, append_unknown)
        key = (rule.rule, rule.subdomain, tuple(rule._trace), append_unknown)
        if key not in known:
            known[key] = write(rule, append_unknown)
        return known[key]

    Rule._compile_builder = written  # type: ignore[method-assign]


def _share_statements() -> None:
    """SQLAlchemy keeps the SQL of a statement for each engine; a process of tests has one for each test."""
    compile_, kinds = ClauseElement._compile_w_cache, dict[object, tuple[Dialect, LRUCache[Any, Any]]]()

    def compiled(statement: ClauseElement, dialect: Dialect, *, compiled_cache: Any, **more: Any) -> Any:
        kind = (type(dialect), dialect.paramstyle, dialect.server_version_info)
        if kind not in kinds:
            kinds[kind] = dialect, LRUCache(3000)
        first, known = kinds[kind]
        return compile_(statement, first, compiled_cache=None if compiled_cache is None else known, **more)

    ClauseElement._compile_w_cache = compiled  # type: ignore[method-assign]
