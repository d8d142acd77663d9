"""A sentence of our own under the labels of a schema: how the desk will draw them."""

from dataclasses import dataclass

from annotator.schemas.schema import LabelRule, Schema
from annotator.text.segments import lay_out

TEXT = (
    "Harbour minister Ines Calado defended the new timetable on Tuesday. “We spend twice as much "
    "per seat as any other port,” said Calado at the opening of the terminal."
)
# Where labels that we know lie; others take what is left, in their order.
_KNOWN = {
    "quote": "“We spend twice as much per seat as any other port,”",
    "claim": "We spend twice as much per seat as any other port",
    "speaker": "Calado at",
    "cue": "said",
}
_OTHERS = (
    "Harbour minister Ines Calado",
    "the new timetable",
    "on Tuesday",
    "the opening of the terminal",
    "Ines Calado",
    "timetable on Tuesday",
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a label marks in the sample, as the segmenter takes it."""

    key: str
    pieces: list[tuple[int, int]]

    @property
    def label(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class SampleRun:
    text: str
    classes: str
    begins: list[LabelRule]


def sample(schema: Schema) -> list[SampleRun]:
    """Return the sample cut into runs, each with the classes of its lanes."""
    labels = {label.key: label for label in schema.active_labels()}
    free = iter(_OTHERS)
    stretches = []
    for key in labels:
        words = _KNOWN.get(key) or next(free, "")
        if words:
            start = TEXT.index(words)
            stretches.append(Stretch(key, [(start, start + len(words.removesuffix(" at")))]))
    [paragraph] = lay_out(TEXT, stretches)
    return [
        SampleRun(
            run.text,
            " ".join(f"l{lane}-{key}" for lane, key in enumerate(run.lanes) if key),
            [labels[key] for key in run.starts],
        )
        for run in paragraph.runs
    ]
