"""The two pieces of HTML that the desk prints by the thousand: paragraphs of text, and the list of spans.

They stand here and not in templates because an article of 10,000 words with 1,000 spans takes 350 ms
as templates and 60 ms like this (``make bench``). Everything goes through ``format_html``, which
escapes it. css/article.css and css/desk.css say what the elements are.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from annotator.www.sheet import Item, ParagraphView, RunView

register = template.Library()


@register.simple_tag
def paragraph(shown: ParagraphView) -> SafeString:
    """Print a paragraph and the chips beside it. Its text is exactly that of the article."""
    return format_html(
        '<section class="para" id="para-{}"><p class="para__text" id="p{}" dir="auto"'
        ' data-start="{}" data-end="{}">{}</p><ul class="margin" aria-hidden="true">{}</ul></section>\n',
        shown.index,
        shown.index,
        shown.start,
        shown.end,
        _joined(_run(run) for run in shown.runs),
        _joined(_chip(item) for item in shown.chips),
    )


@register.simple_tag
def items(shown: ParagraphView) -> SafeString:
    """Print the spans that begin in a paragraph: the list beside the text, and what scripts know."""
    return format_html(
        '<ol class="side__list" id="items-{}">{}</ol>\n',
        shown.index,
        _joined(_item(item) for item in shown.items),
    )


def _run(run: RunView) -> SafeString:
    if not run.keys:
        return format_html("{}", run.text)
    return format_html(
        '<mark class="run {}" data-spans="{}">{}{}{}</mark>',
        run.classes,
        run.keys,
        _tags(run) if run.begins else "",
        format_html('<i class="more" data-n="+{}" aria-hidden="true"></i>', run.more)
        if run.more
        else "",
        run.text,
    )


def _tags(run: RunView) -> SafeString:
    return format_html(
        '<span class="tags{}" aria-hidden="true">{}</span>',
        " tags--aside" if run.crowded else "",
        format_html_join(
            "",
            '<i class="tag label-{}" data-number-of="{}" data-n="{}"></i>',
            ((item.label, item.key, item.number) for item in run.begins),
        ),
    )


def _chip(item: Item) -> SafeString:
    names = [
        _number(link.target) if link.target.counted else format_html("{}", link.target.name)
        for link in item.links
    ]
    if item.asks:
        names.append(format_html("{} …?", item.asks.name))
    return format_html(
        '<li class="chip label-{}{}" data-chip="{}"><b class="chip__number" data-number-of="{}">{}</b>'
        ' <span class="chip__name">{}</span></li>',
        item.label,
        " chip--open" if item.asks else "",
        item.key,
        item.key,
        item.number,
        _joined(names, ", "),
    )


def _item(item: Item) -> SafeString:
    return format_html(
        '<li class="item label-{}{}" data-span="{}" data-label="{}" data-pieces="{}"'
        ' data-attributes="{}" data-entity="{}"{}><button type="button" class="item__button"'
        ' data-action="select"><b class="item__number" data-number-of="{}">{}</b>'
        ' <span class="item__text">{}{}</span> <span class="item__facts">{}</span></button></li>',
        item.label,
        " item--open" if item.asks else "",
        item.key,
        item.label,
        item.pieces_text,
        item.attributes_json,
        item.entity,
        "" if item.counted else " hidden",
        item.key,
        item.number,
        item.surface,
        _more_pieces(item) if item.more_pieces else "",
        _joined(_facts(item)),
    )


def _more_pieces(item: Item) -> SafeString:
    return format_html(
        ' <span class="item__pieces">+ {} piece{}</span>',
        item.more_pieces,
        "" if item.more_pieces == 1 else "s",
    )


def _facts(item: Item) -> list[SafeString]:
    facts = [format_html("<span>{}</span>", fact) for fact in item.facts]
    for link in item.links:
        facts.append(
            format_html(
                '<span data-relation="{}" data-type="{}" data-to="{}">{}</span>',
                link.key,
                link.type.key,
                link.target.key,
                format_html("{} {}", link.type.name, _number(link.target))
                if link.target.counted
                else link.target.name,
            )
        )
    if item.asks:
        facts.append(format_html('<span class="item__missing">{} …?</span>', item.asks.name))
    return facts


def _joined(parts: Iterable[SafeString], between: str = "") -> SafeString:
    return format_html_join(between, "{}", ((part,) for part in parts))


def _number(item: Item) -> SafeString:
    return format_html('<span data-number-of="{}">{}</span>', item.key, item.number)
