"""The two pieces of HTML that the desk prints by the thousand: paragraphs of text, and the list of spans.

They stand here and not in templates because an article of 10,000 words with 1,000 spans takes 350 ms
as templates and 60 ms like this. So mind: whatever comes from people goes through ``e``; numbers and
the keys of labels (``[a-z0-9_-]``, held by the database) need not. css/article.css and css/desk.css
say what the elements are.
"""

from html import escape as e

from django import template

from annotator.www.sheet import Item, Link, ParagraphView, RunView

register = template.Library()


class Html(str):
    """HTML made here: templates print it as it is."""

    def __html__(self) -> str:
        return self


@register.simple_tag
def paragraph(shown: ParagraphView) -> Html:
    """Print a paragraph and the chips beside it. Its text is exactly that of the article."""
    runs = "".join([_run(run) for run in shown.runs])
    chips = "".join([_chip(item) for item in shown.chips])
    return Html(
        f'<section class="para" id="para-{shown.index}"><p class="para__text" id="p{shown.index}"'
        f' dir="auto" data-start="{shown.start}" data-end="{shown.end}">{runs}</p>'
        f'<ul class="margin" aria-hidden="true">{chips}</ul></section>\n'
    )


@register.simple_tag
def items(shown: ParagraphView) -> Html:
    """Print the spans that begin in a paragraph: the list beside the text, and what scripts know."""
    listed = "".join([_item(item) for item in shown.items])
    return Html(f'<ol class="side__list" id="items-{shown.index}">{listed}</ol>\n')


def _run(run: RunView) -> str:
    if not run.keys:
        return e(run.text)
    tags = _tags(run) if run.begins else ""
    more = f'<i class="more" data-n="+{run.more}" aria-hidden="true"></i>' if run.more else ""
    return f'<mark class="run {run.classes}" data-spans="{e(run.keys)}">{tags}{more}{e(run.text)}</mark>'


def _tags(run: RunView) -> str:
    tags = "".join(
        [
            f'<i class="tag label-{item.label}{" tag--noted" if item.note else ""}"'
            f' data-number-of="{e(item.key)}" data-n="{item.number}"></i>'
            for item in run.begins
        ]
    )
    aside = " tags--aside" if run.crowded else ""
    return f'<span class="tags{aside}" aria-hidden="true">{tags}</span>'


def _chip(item: Item) -> str:
    names = [
        _number(link.target) if link.target.counted else e(link.target.name) for link in item.links
    ]
    if item.asks:
        names.append(f"{e(item.asks.name)} …?")
    key, opened = e(item.key), " chip--open" if item.asks else ""
    return (
        f'<li class="chip label-{item.label}{opened}" data-chip="{key}">'
        f'<b class="chip__number" data-number-of="{key}">{item.number}</b>'
        f' <span class="chip__name" dir="auto">{", ".join(names)}</span></li>'
    )


def _item(item: Item) -> str:
    key, opened = e(item.key), " item--open" if item.asks else ""
    more = ""
    if item.more_pieces:
        word = "piece" if item.more_pieces == 1 else "pieces"
        more = f' <span class="item__pieces">+ {item.more_pieces} {word}</span>'
    noted = f' data-note="{e(item.note)}"' if item.note else ""
    return (
        f'<li class="item label-{item.label}{opened}" data-span="{key}" data-label="{item.label}"'
        f' data-pieces="{item.pieces_text}" data-attributes="{e(item.attributes_json)}"'
        f' data-entity="{e(item.entity)}"{noted}{"" if item.counted else " hidden"}>'
        '<button type="button" class="item__button" data-action="select">'
        f'<span class="visually-hidden item__said">{_said(item)}</span>'
        f'<b class="item__number" data-number-of="{key}" aria-hidden="true">{item.number}</b>'
        f' <span class="item__text" dir="auto">{e(item.surface)}{more}</span>'
        f' <span class="item__facts" aria-hidden="true">{_facts(item)}</span></button></li>'
    )


def _said(item: Item) -> str:
    """Say in words what is seen beside: quote 4, direct, said by: Ines Calado."""
    number = item.number.removeprefix(item.rule.letter)
    said = [f'{e(item.rule.name)} <span data-ordinal-of="{e(item.key)}">{number}</span>']
    said += [e(fact) for fact in item.facts]
    said += [f"{e(link.type.name)}: {e(link.target.name)}" for link in item.links]
    if item.asks:
        said.append(f"{e(item.asks.name)}: not said yet")
    return ", ".join(said) + "."


def _facts(item: Item) -> str:
    facts = [f"<span>{e(fact)}</span>" for fact in item.facts]
    facts += [_link(link) for link in item.links]
    if item.asks:
        facts.append(f'<span class="item__missing">{e(item.asks.name)} …?</span>')
    return "".join(facts)


def _link(link: Link) -> str:
    if link.target.counted:
        words = f"{e(link.type.name)} {_number(link.target)}"
    else:
        words = e(link.target.name)
    return (
        f'<span data-relation="{e(link.key)}" data-type="{link.type.key}"'
        f' data-to="{e(link.target.key)}">{words}</span>'
    )


def _number(item: Item) -> str:
    return f'<span data-number-of="{e(item.key)}">{item.number}</span>'
