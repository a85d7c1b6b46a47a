"""Places on land: each of those that Faker lists as likely as any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from springhead.columns.grammar import Alternative, Words
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade


@handmade("faker.providers.geo:Provider.location_on_land")
def location_on_land(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    short = arguments.get("coords_only", False)
    if set(arguments) - {"coords_only"} or not isinstance(short, bool):
        return None
    places = tuple(msgspec.json.encode(place[:2] if short else place).decode() for place in provider.land_coords)
    return Grammar(Form.JSON, (Alternative((Words(places),)),), how="vectorised")
