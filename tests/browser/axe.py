"""What axe-core finds wrong with a page, by WCAG 2.2 AA and its own good practice."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).with_name("vendor") / "axe-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Check the page as it stands; return each fault with the element that has it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    result = page.evaluate("(tags) => axe.run({runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [
        f"{found['id']}: {node['html'][:200]} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
