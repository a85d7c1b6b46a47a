"""What every task prepares anew if the process that it is forked from has not: importing this module does it, for Celery's workers know no other way.

The validators of the language's models, which a command builds for those that its stream has, and the digest of what decides about Faker's methods.
"""

from __future__ import annotations

from springhead.faker_methods import catalogue
from springhead.fields.model import build_all

build_all()
catalogue.rules()
