"""Colours of which tracing sees too many ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.columns.grammar import Alternative, Words
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_WEB_SAFE = Words(tuple(f"{17 * value:02x}" for value in range(16)))


@handmade("faker.providers.color:Provider.safe_hex_color")
def safe_hex_color(_: Any, __: Mapping[str, Any]) -> Grammar:
    return Grammar(Form.TEXT, (Alternative(("#", _WEB_SAFE, _WEB_SAFE, _WEB_SAFE)),), how="vectorised")
