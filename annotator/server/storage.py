"""Where files lie that are too large for the database: a private folder, or S3 for several machines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from annotator.server.problems import ServerProblem

SPELLING = "s3://bucket/prefix"


class PrivateFolder(FileSystemStorage):
    """Files that only this program reads: no address leads to them."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:  # Any: as the stubs have it
        if "w" in mode:
            Path(self.path(name)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return super()._open(name, mode)  # type: ignore[misc, no-any-return]  # not in the stubs


def storage_at(
    url: str, folder: Path, within: str = ""
) -> dict[str, Any]:  # Any: the shape of Django's STORAGES
    """Return the STORAGES entry for ANNOTATOR_STORAGE; without one, files lie in ``folder``.

    ``within`` is a folder in either.
    """
    if not url:
        options = {
            "location": folder / within,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        }
        return {"BACKEND": "annotator.server.storage.PrivateFolder", "OPTIONS": options}
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ServerProblem(f"ANNOTATOR_STORAGE is not an address of S3. Write {SPELLING}.")
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := given.keys() - {"endpoint_url", "region_name"}:
        raise ServerProblem(f"ANNOTATOR_STORAGE knows no “{min(unknown)}”.")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": f"{parts.path.strip('/')}/{within}".strip("/"),
            "file_overwrite": False,
            **given,
        },
    }


def from_env(folder: Path, within: str = "") -> dict[str, Any]:
    return storage_at(os.environ.get("ANNOTATOR_STORAGE", ""), folder, within)
