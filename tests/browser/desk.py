"""The desk as a test drives it: in words of the domain, not of the page."""

from uuid import uuid4

from annotator.readings.models import Reading, Relation, Span
from tests.browser.samples import find

# The middle of the edge of one character of the article, in the coordinates of the window: where
# words run to the left, a character begins at its right edge.
POINT = """([offset, after]) => {
  for (const p of document.querySelectorAll(".para__text")) {
    const start = Number(p.dataset.start), characters = Array.from(p.textContent);
    if (offset < start || offset > start + characters.length) continue;
    const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
    let left = offset - start - (after ? 0 : 1);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const inside = Array.from(node.data);
      if (left >= inside.length) { left -= inside.length; continue; }
      const from = inside.slice(0, left).join("").length;
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, from + inside[left].length);
      p.scrollIntoView({block: "center"});
      const box = range.getBoundingClientRect();
      const toTheLeft = /[\\p{Script=Arabic}\\p{Script=Hebrew}]/u.test(inside[left]) ||
        (!/[\\p{L}\\p{N}]/u.test(inside[left]) && p.matches(":dir(rtl)"));
      return [after !== toTheLeft ? box.left + 1 : box.right - 1, box.top + box.height / 2];
    }
  }
}"""


def edit(kind: str, **body) -> dict:
    return {"id": str(uuid4()), "kind": kind, **body}


def claim(start: int, end: int, key: str = "") -> dict:
    """Return an edit that makes a claim of text[start:end]."""
    span = {"id": key or str(uuid4()), "label": "claim", "pieces": [[start, end]], "attributes": {}}
    return edit("add_span", span=span)


class Desk:
    def __init__(self, page, url, article):
        self.page, self.url, self.article = page, url, article

    def open(self, query: str = "") -> None:
        self.page.goto(self.url + query)
        self.page.locator("#text").focus()

    def point(self, offset: int, *, after: bool) -> tuple[float, float]:
        return tuple(self.page.evaluate(POINT, [offset, after]))

    def drag(self, start: int, end: int) -> None:
        """Drag over text[start:end]."""
        self.page.mouse.move(*self.point(start, after=True))
        self.page.mouse.down()
        self.page.mouse.move(*self.point(end, after=False), steps=4)
        self.page.mouse.up()

    def select(self, words: str) -> None:
        self.drag(*find(words, self.article.text))

    def click(self, words: str) -> None:
        """Click in the middle of words."""
        start, end = find(words, self.article.text)
        self.page.mouse.click(*self.point((start + end) // 2, after=True))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def act(self, *changes: dict) -> None:
        """Make edits one after the other, as the page's own scripts do."""
        self.page.evaluate(
            """async (edits) => {
                const { src } = document.querySelector("script[src*='js/desk/main']");
                const { $js_desk_act_js: parts } = await import(src);
                for (const edit of edits) parts.act([edit]);
            }""",
            changes,
        )

    def saved(self) -> None:
        """Wait until the page says that everything is saved."""
        waits = """() => { const text = document.getElementById("text");
            return !text || Object.keys(localStorage).some(
                (key) => key.startsWith(`annotator:edits:${text.dataset.user}:`)); }"""
        for _ in range(400):
            if not self.page.evaluate(waits):
                break
            self.page.wait_for_timeout(50)
        self.page.locator("#save[data-state=saved]").wait_for()

    def answer(self, name: str) -> None:
        """Answer the strip's question by pressing the number of a name."""
        button = self.page.locator("#strip .answer:visible", has_text=name).first
        self.press(button.get_attribute("aria-keyshortcuts").split()[0])

    def spans(self) -> list[tuple[str, list[str]]]:
        """Return what is stored: (label, the words of each piece) in text order."""
        rows = (
            Span.objects.filter(reading__article=self.article)
            .order_by("id")
            .select_related("label")
        )
        ordered = sorted(rows, key=lambda span: (span.pieces[0][0], -span.pieces[-1][1]))
        text = self.article.text
        return [(s.label.key, [text[start:end] for start, end in s.pieces]) for s in ordered]

    def links(self) -> set[tuple[str, str, str]]:
        rows = Relation.objects.filter(reading__article=self.article)
        text = self.article.text

        def words(span):
            return text[span.pieces[0][0] : span.pieces[0][1]]

        return {
            (words(row.source), row.type.key, words(row.target))
            for row in rows.select_related("source", "target", "type")
        }

    def reading(self) -> Reading:
        return Reading.objects.get(article=self.article)

    def text(self) -> str:
        """Return the article as the page holds it."""
        return self.page.evaluate(
            "Array.from(document.querySelectorAll('.para__text'), p => p.textContent).join('\\n\\n')"
        )

    def numbers(self) -> list[str]:
        return self.page.locator(".item:visible .item__number").all_text_contents()
