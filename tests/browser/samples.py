"""An article of our own for the journeys: every hard thing about quotes in six paragraphs."""

import uuid

TITLE = "Minister defends ferry plan as islands grumble"

FERRIES = """\
Harbour minister Ines Calado on Tuesday defended the new ferry timetable, saying that no route would be “abandoned” before the summer.

“We have listened to every island, and we have counted every passenger,” said Calado at the opening of the terminal in Porto Velho. “As the auditors wrote in March, ‘we spend twice as much per seat as any other port.’ That has to end.”

Her critics were not convinced. Tomas Berg, who leads the islanders’ association, called the plan a “slow goodbye” and claimed that ticket sales had fallen by 40 percent since January.

“My members pay for a boat that does not come,” he said. “They are tired.

“And they will vote.”

The coastguard 🚢👨‍👩‍👧‍👦 counted 1,204 crossings last year, according to its annual report. A café owner on Ilha Grande, Rute Sá, put it more simply: “We wait.”
"""


def find(words: str, text: str = FERRIES) -> list[int]:
    """Return where ``words`` stand in the text: [start, end) in code points."""
    start = text.index(words)
    return [start, start + len(words)]


def _span(key: str, label: str, *pieces: str, **more) -> dict:
    found = [find(words) for words in pieces]
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        "kind": "add_span",
        "span": {"id": key, "label": label, "pieces": found, **more},
    }


def _link(kind: str, source: str, target: str) -> dict:
    key = f"{source}-{target}"
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        "kind": "add_relation",
        "relation": {"id": key, "type": kind, "from": source, "to": target},
    }


def marked() -> list[dict]:
    """Return the edits that mark the article as a careful reader would; the last quote stays open."""
    return [
        _span("s1", "speaker", "Harbour minister Ines Calado", entity="Ines Calado"),
        _span("q1", "quote", "no route would be “abandoned” before the summer"),
        _link("said_by", "q1", "s1"),
        _span(
            "q2",
            "quote",
            "“We have listened to every island, and we have counted every passenger,”",
            "“As the auditors wrote in March, ‘we spend twice as much per seat as any other port.’ "
            "That has to end.”",
        ),
        _link("said_by", "q2", "s1"),
        _span("s3", "speaker", "the auditors"),
        _span("q3", "quote", "‘we spend twice as much per seat as any other port.’"),
        _link("said_by", "q3", "s3"),
        _span("c1", "claim", "we spend twice as much per seat as any other port",
              attributes={"checkworthy": "yes"}),
        _link("stated_in", "c1", "q3"),
        _span("s4", "speaker", "Tomas Berg"),
        _span("q4", "quote", "the plan a “slow goodbye”"),
        _link("said_by", "q4", "s4"),
        _span("q5", "quote", "ticket sales had fallen by 40 percent since January"),
        _span("c2", "claim", "ticket sales had fallen by 40 percent since January"),
        _link("said_by", "q5", "s4"),
        _link("made_by", "c2", "s4"),
        _span("s5", "speaker", "A café owner on Ilha Grande, Rute Sá", entity="Rute Sá"),
        _span(
            "q6",
            "quote",
            "“My members pay for a boat that does not come,”",
            "“They are tired.",
            "“And they will vote.”",
        ),
    ]  # fmt: skip
