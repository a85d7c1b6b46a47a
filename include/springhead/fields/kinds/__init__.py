"""The kinds of fields, a file each: importing this package imports them all, and each one registers itself in `springhead.fields.field.KINDS`."""

from importlib import import_module
from pkgutil import iter_modules

for _kind in iter_modules(__path__):
    import_module(f"{__name__}.{_kind.name}")
