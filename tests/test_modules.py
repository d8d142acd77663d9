"""What must hold for all modules of JavaScript, seen as text."""

import re
from pathlib import Path

IMPORT = r'^import\b[^;"]*"([^"]+)";'
STATIC = Path(__file__).parents[1] / "static" / "js"


def imports() -> dict[Path, set[Path]]:
    """Return which module imports which."""
    return {
        module: {
            (module.parent / name).resolve()
            for name in re.findall(IMPORT, module.read_text(), re.MULTILINE)
        }
        for module in STATIC.rglob("*.js")
    }


def test_no_module_imports_itself_by_way_of_others():
    """Hashed names could not be given: each would depend on the other's, and nothing would start."""
    left = imports()
    while free := {module for module, found in left.items() if not found & left.keys()}:
        left = {module: found for module, found in left.items() if module not in free}
    assert sorted(module.name for module in left) == []


def test_every_import_leads_somewhere():
    found = imports()
    assert {name for names in found.values() for name in names} <= found.keys()
