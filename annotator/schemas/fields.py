"""The words by which an entity is looked up."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotator.text.folding import words_of


class WordsField(ArrayField):  # type: ignore[type-arg]  # not subscriptable at run time
    """The folded words of a row's name and aliases, filled in whenever it is saved."""

    def pre_save(self, row: models.Model, add: bool) -> list[str]:
        words = words_of(row.name, *row.aliases)  # type: ignore[attr-defined]  # an Entity
        setattr(row, self.attname, words)
        return words
