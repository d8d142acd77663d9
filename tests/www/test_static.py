"""Modules and sheets are joined into what a page loads at once."""

from pathlib import Path
from textwrap import dedent

import pytest
from django.core.exceptions import ImproperlyConfigured

from annotator.www.static import ENTRIES, in_order, joined_modules, joined_sheet

STATIC = Path(__file__).parents[2] / "static"


def files(**sources):
    texts = {name.replace("__", "/") + ".js": dedent(text) for name, text in sources.items()}
    return texts.__getitem__


def test_what_is_imported_stands_first_and_once():
    read = files(
        main='import "./one.js";\nimport { two } from "./deep/two.js";\n',
        one='import { two } from "./deep/two.js";\n',
        deep__two="export const two = 2;\n",
    )
    assert in_order("main.js", read) == ["deep/two.js", "one.js", "main.js"]


def test_every_form_of_import_and_export_is_kept():
    read = files(
        main="""\
            import {
              a,
              b as c,
            } from "./part.js";
            import * as whole from "./part.js";
            import "./effect.js";
            const own = a(c) + whole.D.name;
            """,
        part="""\
            // export in a comment, and "import" in a string
            const own = 1;
            export function a(n) { return n + own; }
            export async function* later() {}
            export const b = 2;
            export class D {}
            """,
        effect="globalThis.done = true;\n",
    )
    joined = joined_modules(in_order("main.js", read), read)
    assert "const { a, b: c, } = $part_js;" in " ".join(joined.split())
    assert "const whole = $part_js;" in joined
    assert "return { a, later, b, D };" in joined
    declared = [line for line in joined.splitlines() if line.startswith(("import", "export"))]
    assert declared == ["export { $part_js, $effect_js, $main_js };"]


@pytest.mark.parametrize(
    "source",
    ["export default 1;\n", "export let n = 1;\n", 'export { a } from "./a.js";\n', "import x;\n"],
)
def test_what_cannot_be_joined_is_refused_by_name(source):
    with pytest.raises(ImproperlyConfigured, match=r"part\.js cannot be joined"):
        joined_modules(["part.js"], files(part=source))


def test_sheets_are_put_where_they_are_imported():
    sheets = {"css/all.css": '@import "one.css";\n.all {}\n', "css/one.css": ".one {}\n"}
    assert joined_sheet("css/all.css", sheets.__getitem__) == ".one {}\n.all {}\n"


def test_our_own_modules_and_sheets_can_be_joined():
    def read(name):
        return (STATIC / name).read_text()

    for entry in ENTRIES:
        joined = (
            joined_modules(in_order(entry, read), read)
            if entry.endswith(".js")
            else joined_sheet(entry, read)
        )
        assert "@import" not in joined
