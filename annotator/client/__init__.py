"""A client of the API: ``pip install 'annotator[client]'``.

    from annotator.client import Client

    news = Client("https://annotator.example.org", token="…").corpus("news")
    news.import_jsonl("more.jsonl")
    for article in news.articles(search="ferry"):
        print(article.title, len(article.text))
    dataset = news.releases.latest().to_datasets()

Every request may be sent again, and is, when the network breaks or the server asks to wait: what
makes something carries an idempotency key. This package needs httpx, and nothing of the server.
"""

from annotator.client.client import Client
from annotator.client.corpus import Corpus
from annotator.client.errors import ApiError, Damaged, JobFailed, Unreachable
from annotator.client.jobs import Job
from annotator.client.records import Article, Imported, Note, Reading, Relation, Span
from annotator.client.releases import File, Release, Releases

__all__ = [
    "ApiError",
    "Article",
    "Client",
    "Corpus",
    "Damaged",
    "File",
    "Imported",
    "Job",
    "JobFailed",
    "Note",
    "Reading",
    "Relation",
    "Release",
    "Releases",
    "Span",
    "Unreachable",
]
