"""The desk in real Chromium: opened cold and warm, a key and a drag until they are painted, a save until it
is confirmed. Everything is a median; what waits for the server is held against an empty round trip.
"""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus
from annotator.exchange.imports import import_documents
from bench import corpora
from bench.pages import sign_in
from bench.product import Product
from bench.report import Report
from bench.transfer import new_corpus
from tests.browser.chromium import launch_args

TIMES = 9
READY = "performance.getEntriesByName('desk:ready')[0]?.startTime"
LOADED = "(performance.getEntriesByType('navigation')[0].loadEventEnd || undefined)"
# From an event to the frame that shows what it did: painted when the next task or frame begins.
# Chromium draws a frame every 16 ms, so half of that is waiting; `work` leaves the waiting out: the handlers,
# and the layout of what they changed.
WATCH = """() => {
  window.seen = { paint: [], work: [], saved: [] };
  let began = 0;
  const begin = () => {
    const mine = (began = performance.now());
    let open = true;
    const painted = () => {
      if (open) seen.paint.push(performance.now() - mine);
      open = false;
    };
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = painted;
      after.port2.postMessage(0);
      requestAnimationFrame(painted);
    });
  };
  const end = () => {
    document.body.getBoundingClientRect();
    seen.work.push(performance.now() - began);
  };
  for (const type of ["keydown", "pointerup"]) {
    addEventListener(type, begin, true);
    addEventListener(type, end);
  }
  document.addEventListener("desk:saved", () => seen.saved.push(performance.now() - began));
}"""
EMPTY = """async (times) => {
  const found = [];
  for (let n = 0; n < times; n++) {
    const began = performance.now();
    await (await fetch("/healthz")).text();
    found.push(performance.now() - began);
  }
  return found;
}"""
# Where the words n and n + 2 of the text stand, in the window.
DRAG = """(n) => {
  const p = document.querySelectorAll(".para__text")[n];
  p.scrollIntoView({ block: "center" });
  const node = document.createTreeWalker(p, NodeFilter.SHOW_TEXT).nextNode();
  const range = document.createRange();
  range.setStart(node, 1);
  range.setEnd(node, Math.min(14, node.length));
  const box = range.getClientRects()[0];
  return [box.left + 1, box.top + box.height / 2, box.right - 1];
}"""


def measure(report: Report, product: Product) -> None:
    small = _article("desk-small", words=500, spans=12, relations=5)
    large = _article("desk-large", words=10_000, spans=1_000, relations=400)
    with _chromium() as browser:
        bare = _bare(browser)
        empty = f"{product.address}/healthz"
        least = {
            cold: _opened(browser, product, empty, cold=cold, ready=LOADED)
            for cold in (True, False)
        }
        for article, name, limits in (
            (small, "500 words, 12 spans", (150, 80, 12, 12)),
            (large, "10,000 words, 1,000 spans", (None, 350, None, 30)),
        ):
            cold, warm, key, drag = limits
            path = f"{product.address}/articles/{article.pk}/"
            for how, is_cold, most in (
                (f"desk, {name}, opened cold", True, cold),
                ("… warm", False, warm),
            ):
                report.limit(
                    how,
                    _opened(browser, product, path, cold=is_cold),
                    "ms",
                    most,
                    against=least[is_cold],
                    reference="a page of two words",
                )
            _worked(report, browser, product, path, key, drag, bare)


def _article(slug: str, *, words: int, spans: int, relations: int) -> Article:
    """Return an article that the administrator has read already."""
    corpus: Corpus = new_corpus(slug)
    admin = User.objects.get(is_superuser=True)
    made = corpora.documents(1, words=words, spans=spans, relations=relations, seed=2)
    own = (
        replace(document, reader=admin.username, origin="person", state="in_progress")
        for document in made
    )
    assert import_documents(corpus=corpus, by=None, documents=own).ok
    return Article.objects.get(corpus=corpus)


@contextmanager
def _chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_args())
        yield browser
        browser.close()


def _context(browser: Browser, product: Product) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    name, _, value = sign_in().partition("=")
    context.add_cookies([{"name": name, "value": value, "url": product.address}])
    return context


def _opened(
    browser: Browser, product: Product, path: str, *, cold: bool, ready: str = READY
) -> float:
    """Return the median of what it takes from the request until every span is drawn and every key works.

    Cold: a browser that knows nothing. Warm: the same tab once more.
    """
    times = []
    context = _context(browser, product)
    page = context.new_page()
    for number in range(TIMES + 1):
        if cold:
            context.close()
            context = _context(browser, product)
            page = context.new_page()
        page.goto(path)
        _until(page, f"{ready} !== undefined")
        if number:
            times.append(page.evaluate(ready))
    context.close()
    return statistics.median(times)


def _bare(browser: Browser) -> float:
    """Return what a key takes to be painted by a page of 500 words that only marks three of them: no product does less."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_content(
        "<style>p { line-height: 2.35 }</style>" + f"<p>{'harbour ferry vote ' * 18}" * 9
    )
    page.evaluate("""() => addEventListener("keydown", () => {
        const words = document.createRange(), text = document.querySelector("p:not(:has(mark))").firstChild;
        words.setStart(text, 8);
        words.setEnd(text, 26);
        words.surroundContents(document.createElement("mark"));
    })""")
    page.evaluate(WATCH)
    times = []
    for _ in range(TIMES):
        page.evaluate("seen.paint.length = 0")
        page.keyboard.press("c")
        times.append(_next(page, "paint"))
    page.close()
    return statistics.median(times)


def _worked(
    report: Report,
    browser: Browser,
    product: Product,
    path: str,
    key: float | None,
    drag: float | None,
    bare: float,
) -> None:
    page = _context(browser, product).new_page()
    page.goto(path)
    _until(page, f"{READY} !== undefined")
    page.evaluate(WATCH)
    empty = page.evaluate(EMPTY, TIMES * 3)
    dragged = []
    for number in range(TIMES):
        left, y, right = page.evaluate(DRAG, number)
        page.mouse.move(left, y)
        page.mouse.down()
        page.mouse.move(right, y, steps=3)
        page.evaluate("seen.work.length = seen.paint.length = 0")
        page.mouse.up()
        dragged.append(_next(page, "paint"))
        page.evaluate("seen.work.length = seen.paint.length = seen.saved.length = 0")
        page.keyboard.press("c")
        _note(page)
    timings = page.evaluate("timings")
    held = {"against": bare, "reference": "a bare page that marks the same words"}
    report.limit("… a drag until it is painted", statistics.median(dragged), "ms", drag, **held)
    report.limit("… a key until its span is painted", statistics.median(timings["paint"]), "ms", key,
                 note=f"{statistics.median(timings['work']):.1f} ms of it work", **held)  # fmt: skip
    report.ratio(
        "… a save until it is confirmed",
        timings["saved"],
        empty,
        "an empty round trip",
        10,
        unit="ms",
    )


def _until(page: Page, what: str) -> None:
    """Wait for something; Playwright's own way of waiting needs eval, which our pages refuse."""
    page.evaluate(
        f"() => new Promise((done) => {{ const look = () => ({what}) ? done() : setTimeout(look, 4); look(); }})"
    )


def _next(page: Page, what: str) -> float:
    _until(page, f"seen.{what}.length > 0")
    found: float = page.evaluate(f"seen.{what}[0]")
    return found


def _note(page: Page) -> None:
    """Keep what one key led to."""
    _until(page, "seen.paint.length && seen.saved.length")
    page.evaluate(
        "window.timings ??= { paint: [], work: [], saved: [] };"
        "for (const what of ['paint', 'work', 'saved']) timings[what].push(seen[what][0]);"
    )
