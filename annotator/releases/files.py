"""Where the files of releases lie: a folder, or S3 (``STORAGES["releases"]``)."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any, Protocol

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from annotator.releases.archive import Member
from annotator.releases.models import Release

MANIFEST = "manifest.json"
CARD = "README.md"
SUMS = "SHA256SUMS"
GUIDELINES = "guidelines.md"
LOSSES = "losses.jsonl"

BLOCK = 128 * 1024
_IN_MEMORY = 4_000_000  # bytes of a file on its way into the storage


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: what the manifest says of it."""

    path: str
    size: int
    sha256: str


class Sink(Protocol):
    """What takes the files of a release."""

    def write(self, path: str, blocks: Iterable[bytes]) -> Written: ...


class Checksums:
    """Takes files and keeps nothing but their checksums."""

    def write(self, path: str, blocks: Iterable[bytes]) -> Written:
        size, digest = 0, hashlib.sha256()
        for block in blocks:
            size += len(block)
            digest.update(block)
        return Written(path, size, digest.hexdigest())


class Stored:
    """Takes files and keeps them in the storage; what is there under the same name goes."""

    def __init__(self, release: Release) -> None:
        self._release = release

    def write(self, path: str, blocks: Iterable[bytes]) -> Written:
        name = name_of(self._release, path)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as held:
            written = Checksums().write(path, _copied(blocks, held))
            held.seek(0)
            storage().delete(name)
            stored = storage().save(name, File(held, name=name))
        if stored != name:
            raise OSError(f"The storage keeps {name} as {stored}.")
        return written


def storage() -> Storage:
    return storages["releases"]


def name_of(release: Release, path: str) -> str:
    """Return the name of a file in the storage. Two tries under one key never share a folder."""
    return f"{release.manifest['corpus']['slug']}/{release.key}-{release.pk}/{path}"


def manifest_bytes(manifest: dict[str, Any]) -> bytes:  # Any: JSON
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"


def files_of(release: Release) -> list[Written]:
    """Return all files of a frozen release by their paths, the manifest included."""
    listed = [
        Written(file["path"], file["size"], file["sha256"]) for file in release.manifest["files"]
    ]
    manifest = Checksums().write(MANIFEST, [manifest_bytes(release.manifest)])
    return sorted([*listed, manifest], key=lambda file: file.path)


def read(release: Release, path: str) -> Iterator[bytes]:
    """Yield a file in blocks."""
    with storage().open(name_of(release, path)) as stream:
        while block := stream.read(BLOCK):
            yield block


def is_stored(release: Release, path: str) -> bool:
    return storage().exists(name_of(release, path))


def damaged(release: Release) -> list[str]:
    """Return the files that the storage does not have as they were."""

    def is_whole(file: Written) -> bool:
        try:
            return Checksums().write(file.path, read(release, file.path)) == file
        except FileNotFoundError:
            return False

    return [file.path for file in files_of(release) if not is_whole(file)]


def members(release: Release) -> list[Member]:
    """Return what the archive of a release holds, in one folder named after it."""

    def member(file: Written) -> Member:
        return Member(f"{release.name}/{file.path}", file.size, lambda: read(release, file.path))

    return [member(file) for file in files_of(release)]


def remove(release: Release, folder: str = "") -> None:
    """Remove what was stored of a release that is not to be."""
    try:
        folders, names = storage().listdir(name_of(release, folder))
    except FileNotFoundError:
        return
    for name in names:
        storage().delete(name_of(release, f"{folder}{name}"))
    for name in folders:
        remove(release, f"{folder}{name}/")
    storage().delete(name_of(release, folder))


def as_json(file: Written) -> dict[str, Any]:  # Any: JSON
    return asdict(file)


def _copied(blocks: Iterable[bytes], into: IO[bytes]) -> Iterator[bytes]:
    for block in blocks:
        into.write(block)
        yield block
