"""Static files as browsers get them: few, and under hashed names that they keep for ever.

The sources are many small ES modules and style sheets, and while one works on them they are served as they lie
there. A page of sixty requests opens slowly, so what is collected is joined: an entry with all that it imports,
each module in a function of its own. A bundler would bring a second language's tools for what is a page of code here,
because our modules keep to a few forms of ``import`` and ``export``, never import in a circle and never
export what changes; anything else is refused when the files are collected.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What templates load. A page has one entry of each kind beside the sheets and scripts that import nothing.
ENTRIES = ("css/site.css", "css/desk_page.css", "js/base.js", "js/desk/main.js")

_IMPORT = re.compile(r'^import\b(?:([^;"]*)\bfrom\b)?\s*"([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async )?function\*? (\w+)|const (\w+)|class (\w+))", re.MULTILINE
)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_SHEET = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)

Read: TypeAlias = Callable[[str], str]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    """Join the entries, then hash and compress."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if not dry_run:
            paths = self._joined(dict(paths))
        yield from super().post_process(paths, dry_run, **options)

    def _joined(self, paths: dict[str, Any]) -> dict[str, Any]:
        parts: set[str] = set()

        @cache  # a module is asked for its imports, and then for its text
        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        whole = {}
        for entry in ENTRIES:
            if entry.endswith(".js"):
                names = in_order(entry, read)
                parts.update(names)
                whole[entry] = joined_modules(names, read)
            else:
                whole[entry] = joined_sheet(entry, read)
        # Nothing asks for a module that is part of another; a sheet may also be wanted alone.
        for part in parts:
            paths.pop(part)
            self.delete(part)
        for entry, content in whole.items():
            self.delete(entry)
            self._save(entry, ContentFile(content.encode()))
            paths[entry] = (self, entry)
        return paths


def in_order(entry: str, read: Read) -> list[str]:
    """Return the names of ``entry`` and of all modules that it imports, each after those it imports itself."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in order:
            for match in _IMPORT.finditer(read(name)):
                visit(_beside(name, match[2]))
            order[name] = None

    visit(entry)
    return list(order)


def joined_modules(names: list[str], read: Read) -> str:
    """Return one module that does what the last one of ``names`` does when it imports the others.

    It exports each of them, so that a console can reach what the page runs on.
    """
    parts = [_as_function(name, read(name)) for name in names]
    return "\n".join([*parts, f"export {{ {', '.join(map(_variable, names))} }};\n"])


def joined_sheet(entry: str, read: Read) -> str:
    """Return the sheet with what it imports in place. The ``url(…)`` of a part must hold for the entry as well."""
    return _SHEET.sub(lambda match: joined_sheet(_beside(entry, match[1]), read), read(entry))


def _as_function(name: str, source: str) -> str:
    def imported(match: re.Match[str]) -> str:
        names, module = match[1], _variable(_beside(name, match[2]))
        if names is None:
            return ""  # what it does is done: it stands before this one
        if names.strip().startswith("*"):
            return f"const {names.split()[-1]} = {module};\n"
        renamed = names.strip().replace(" as ", ": ")
        return f"const {renamed} = {module};\n"

    exports = [next(filter(None, match.groups())) for match in _EXPORT.finditer(source)]
    body = _EXPORT.sub("", _IMPORT.sub(imported, source))
    if left := _LEFT.search(body):
        raise ImproperlyConfigured(f"{name} cannot be joined: {left[0]}")
    return (
        f"const {_variable(name)} = (() => {{\n{body}return {{ {', '.join(exports)} }};\n}})();\n"
    )


def _beside(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name)
