"""Examples of requests and their answers, for the description; ``tests/api`` sends each of them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("examples.json")

Example = dict[str, Any]  # Any: JSON; at, body, headers, status, answer


@cache
def examples() -> dict[str, Example]:
    """Return them by method and path: ``GET /corpora/{slug}/``."""
    found: dict[str, Example] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def put_into(operation: dict[str, Any], name: str) -> None:  # Any: OpenAPI
    """Put an example beside what an operation takes and answers, if it has one."""
    example = examples().get(name)
    if example is None:
        return
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "body" in example:
            content["example"] = example["body"]
    answers = operation["responses"].get(str(example["status"]), {}).get("content", {})
    if "application/json" in answers and "answer" in example:
        answers["application/json"]["example"] = example["answer"]
