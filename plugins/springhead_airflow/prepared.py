"""What every task prepares anew if the process that it is forked from has not: importing this module does it, for Celery's workers know no other way.

The validators of the language's models, which a command builds for those that its stream has, the digest of what decides about Faker's methods, and the
engine's versions, which are looked up among the installed packages.
"""

from __future__ import annotations

from springhead.faker_methods import catalogue
from springhead.fields.model import build_all
from springhead.records.engine import engine

build_all()
catalogue.rules()
engine()
