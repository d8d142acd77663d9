"""The dataset card: README.md, with the header that Hugging Face reads."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotator.releases.files import GUIDELINES, LOSSES, SUMS
from annotator.releases.recipe import NATIVE, TIES, Recipe
from annotator.releases.splits import Split

Facts = dict[str, Any]  # Any: the manifest is JSON

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_KNOWN_LICENSE = re.compile(r"[a-z0-9][a-z0-9.-]*\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
# What YAML reads otherwise, or not at all, between quotation marks.
_UNSAFE = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')

FILL = '''\
import hashlib
import json


def fill(released, texts, filled):
    """Write the lines of the file `released` with their texts, from `texts`: {id: text}."""
    with (
        open(released, encoding="utf-8", newline="\\n") as lines,
        open(filled, "w", encoding="utf-8", newline="\\n") as out,
    ):
        for line in lines:
            reading = json.loads(line)
            text = texts.get(reading["id"], "")
            if hashlib.sha256(text.encode()).hexdigest() != reading["sha256"]:
                print(f"{reading['id']}: this is not the text that was read")
                continue
            for span in reading["spans"]:
                pieces = span.get("pieces", [[span["start"], span["end"]]])
                span["text"] = " ".join(text[start:end] for start, end in pieces)
            out.write(json.dumps({"id": reading["id"], "text": text, **reading}, ensure_ascii=False))
            out.write("\\n")
'''


def card(manifest: Facts, languages: Iterable[str]) -> str:
    """Return README.md of a release, from its manifest."""
    recipe = Recipe.of(manifest["recipe"])
    header = "\n".join(["---", *_header(manifest, recipe, languages), "---"])
    return "\n\n".join([header, *_sections(manifest, recipe)]) + "\n"


def title(manifest: Facts) -> str:
    return f"{manifest['corpus']['name']}, release {manifest['number']}"


def citation(manifest: Facts) -> str:
    """Return how a release is cited, for BibTeX."""
    name = f"{manifest['corpus']['slug']}-{manifest['number']}"
    words = re.sub(r"([\\{}%&#$_~^])", "", title(manifest))
    return (
        f"@misc{{{name},\n"
        f"  title = {{{words}}},\n"
        f"  year = {{{manifest['at'][:4]}}},\n"
        f"  note = {{Dataset, SHA-256 {manifest['sha256']}}}\n"
        "}"
    )


# The header.


def _header(manifest: Facts, recipe: Recipe, languages: Iterable[str]) -> Iterator[str]:
    yield f"pretty_name: {quoted(title(manifest))}"
    if known := sorted(language for language in languages if _LANGUAGE.match(language)):
        yield from ("language:", *(f"- {quoted(language)}" for language in known))
    yield from _license(recipe.license)
    yield from ("annotations_creators:", "- expert-generated", "language_creators:", "- found")
    yield from ("source_datasets:", "- original", "task_categories:", "- token-classification")
    yield from ("tags:", "- annotator", "size_categories:")
    yield f"- {_size(manifest['counts']['readings'])}"
    yield from ("configs:", "- config_name: default", "  data_files:")
    for split in manifest["counts"]["splits"]:
        yield from (f"  - split: {split}", f"    path: {split_path(split)}")
    yield from ("dataset_info:", "  features:", *_features(texts=recipe.texts), "  splits:")
    sizes = {
        split: sum(file["size"] for file in manifest["files"] if in_split(file["path"], split))
        for split in manifest["counts"]["splits"]
    }
    for split, counts in manifest["counts"]["splits"].items():
        yield from (f"  - name: {split}", f"    num_bytes: {sizes[split]}")
        yield f"    num_examples: {counts['readings']}"
    whole = sum(sizes.values())
    yield from (f"  download_size: {whole}", f"  dataset_size: {whole}")


def split_path(split: str) -> str:
    return f"data/{split}-*.jsonl"


def in_split(path: str, split: str) -> bool:
    return path.startswith(f"data/{split}-")


def _license(license_: str) -> Iterator[str]:
    if not license_:
        yield "license: unknown"
    elif _KNOWN_LICENSE.match(license_):
        yield f"license: {quoted(license_)}"
    else:
        yield from ("license: other", f"license_name: {quoted(license_)}")


def _size(readings: int) -> str:
    return next((name for most, name in _SIZES if readings < most), "n>1M")


def _features(*, texts: bool) -> Iterator[str]:
    """Yield what a line of the native format holds: said, it need not be guessed from the data."""
    yield from _strings("  ", *(("id", "text", "sha256", "title") if texts else ("id", "sha256")))
    yield from ("  - name: meta", "    dtype: json", "  - name: spans", "    list:")
    yield from _strings("    ", "id", "label")
    for offset in ("start", "end"):
        yield from (f"    - name: {offset}", "      dtype: int32")
    yield from ("    - name: pieces", "      list:", "        list: int32")
    yield from _strings("    ", *(("text",) if texts else ()))
    yield from ("    - name: attributes", "      dtype: json", "  - name: relations", "    list:")
    yield from _strings("    ", "id", "type", "from", "to")
    yield from _strings("  ", "reader", "origin", "state")


def _strings(margin: str, *names: str) -> Iterator[str]:
    for name in names:
        yield from (f"{margin}- name: {name}", f"{margin}  dtype: string")


def quoted(words: str) -> str:
    """Return a string as YAML has it, whatever is in it."""

    def escaped(found: re.Match[str]) -> str:
        return f"\\{found[0]}" if found[0] in '"\\' else f"\\U{ord(found[0]):08X}"

    return f'"{_UNSAFE.sub(escaped, words)}"'


# The page.


def _sections(manifest: Facts, recipe: Recipe) -> Iterator[str]:
    counts = manifest["counts"]
    yield f"# {_line(title(manifest))}"
    yield from filter(None, (manifest["corpus"]["description"].strip(), recipe.note.strip()))
    yield (
        f"{_many(counts['readings'], 'reading')} of {_many(counts['articles'], 'article')} with "
        f"{_many(counts['spans'], 'span')} and {_many(counts['relations'], 'link')}, frozen on "
        f"{manifest['at'][:10]} by Annotator {manifest['software']['annotator']}."
    )
    yield _code("python", 'from datasets import load_dataset\n\ndata = load_dataset("FOLDER")')
    yield from _data(manifest, recipe)
    yield from _labels(manifest)
    yield from _choice(recipe)
    yield from _splits(recipe, counts)
    yield from _losses(manifest)
    yield from _texts(recipe)
    yield from (
        "## Cite and check",
        _code("bibtex", citation(manifest)),
        f"`sha256sum -c {SUMS}` checks the files. The SHA-256 of `{SUMS}` itself is that of the "
        f"release: `{manifest['sha256']}`. `manifest.json` says how the release was made.",
    )


def _data(manifest: Facts, recipe: Recipe) -> Iterator[str]:
    counts = manifest["counts"]
    yield "## Data"
    labels = list(counts["labels"])
    yield _table(
        ["split", "articles", "readings", "spans", "links", *(f"`{label}`" for label in labels)],
        [
            [
                split,
                *(f"{held[name]:,}" for name in ("articles", "readings", "spans", "relations")),
                *(f"{held['labels'][label]:,}" for label in labels),
            ]
            for split, held in counts["splits"].items()
        ],
    )
    yield (
        "A line of `data/*.jsonl` is one reader's reading of one article. Offsets are Unicode code "
        "points, half-open: in Python, `text[start:end]`. A span in several `pieces` is those "
        "stretches and not what lies between. `relations` link spans of their line by `id`."
    )
    others = [slug for slug in recipe.formats if slug != NATIVE]
    if others:
        folders = ", ".join(f"`{slug}/`" for slug in others)
        yield f"The same readings in other formats, shard by shard: {folders}."


def _labels(manifest: Facts) -> Iterator[str]:
    schema = manifest["schema"]
    yield "## Labels"
    yield _table(
        ["label", "name", "marks", "attributes"],
        [
            [
                f"`{label['key']}`",
                label["name"],
                label["description"],
                "; ".join(map(_attribute, label["attributes"])),
            ]
            for label in schema["labels"]
        ],
    )
    if schema["relations"]:
        yield _table(
            ["link", "name", "from", "to"],
            [
                [f"`{rule['key']}`", rule["name"], f"`{rule['from']}`", f"`{rule['to']}`"]
                for rule in schema["relations"]
            ],
        )
    version = f"Version {schema['version']} of the schema."
    if manifest["guidelines"]["text"]:
        version += f" What readers were asked to do stands in [{GUIDELINES}]({GUIDELINES})."
    yield version


def _attribute(attribute: Facts) -> str:
    values = f" ({', '.join(attribute['choices'])})" if attribute["choices"] else ""
    return f"`{attribute['key']}`{values}"


def _choice(recipe: Recipe) -> Iterator[str]:
    yield "## What was chosen"
    whose = "what people and imports read"
    if recipe.adjudicated:
        whose = "the adjudicated readings"
    elif recipe.readers:
        whose = f"the readings of {', '.join(recipe.readers)}"
    chosen = [f"{whose}, in the state {' or '.join(recipe.states)}"]
    if recipe.labels:
        chosen.append(f"spans labelled {', '.join(recipe.labels)}, and links between them")
    if recipe.sources:
        chosen.append(f"articles of {', '.join(recipe.sources)}")
    if recipe.published_from:
        chosen.append(f"published on {recipe.published_from} or later")
    if recipe.published_until:
        chosen.append(f"published on {recipe.published_until} or before")
    yield "\n".join(f"- {_line(item)}" for item in chosen)


def _splits(recipe: Recipe, counts: Facts) -> Iterator[str]:
    if not recipe.splits:
        return
    yield "## Splits"
    together = " and ".join(TIES[tie] for tie in recipe.together)
    kept = f" Kept together: {together}." if together else ""
    yield (
        f"{recipe.validation} % of the groups of articles are for validation and {recipe.test} % for "
        f"test, by a hash of the group and the seed `{recipe.seed}`: later releases leave every "
        f"article where it is.{kept}"
    )
    if aside := counts["splits"].get(Split.ASIDE):
        yield (
            f"{_many(aside['articles'], 'article')} would have tied two splits to each other. "
            f"They are in `{Split.ASIDE}` and belong to none."
        )


def _losses(manifest: Facts) -> Iterator[str]:
    if lost := manifest["losses"]:
        yield "## What formats could not hold"
        said = "; ".join(f"`{slug}`: {_many(count, 'thing')}" for slug, count in lost.items())
        yield f"{said}. Each stands in `{LOSSES}`, with the reason."


def _texts(recipe: Recipe) -> Iterator[str]:
    yield "## Licence and texts"
    yield f"Licence of the annotations: {_line(recipe.license) or 'not said'}."
    if recipe.texts:
        yield (
            "The texts of the articles belong to their publishers. Make sure that you may pass them "
            "on before you do."
        )
        return
    yield (
        "The texts are not in here. `sha256` is that of each text in UTF-8, and `meta.url` says "
        "where it stood. Whoever has the texts puts them back by this:"
    )
    yield _code("python", FILL)


# Markdown.


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _line(words: str) -> str:
    return " ".join(words.split())


def _code(language: str, code: str) -> str:
    return f"```{language}\n{code.rstrip()}\n```"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def row(cells: Iterable[str]) -> str:
        return "| " + " | ".join(_line(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([row(head), row(["---"] * len(head)), *map(row, rows)])
