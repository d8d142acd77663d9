"""Files that are there when they are whole, and not before."""

import hashlib
from pathlib import Path

import httpx

from annotator.client.errors import Damaged, Unreachable
from annotator.client.jobs import Progress
from annotator.client.session import Params, Session


def download(
    session: Session,
    address: str,
    path: Path,
    *,
    params: Params | None = None,
    sha256: str = "",
    progress: Progress | None = None,
) -> Path:
    """Write what is at ``address`` to ``path``. Broken off, it is begun again."""
    part = path.with_name(f"{path.name}.part")
    tries = 0
    while True:
        tries += 1
        try:
            digest = _write(session, address, part, params, progress)
            if sha256 and digest != sha256:
                raise Damaged(f"{path.name} came with the SHA-256 {digest}, and not {sha256}.")
            return part.replace(path)
        except Damaged as problem:
            session.again(tries, problem)
        except httpx.TransportError as error:
            session.again(tries, Unreachable(str(error)))
        finally:
            part.unlink(missing_ok=True)


def checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(
    session: Session, address: str, path: Path, params: Params | None, progress: Progress | None
) -> str:
    digest, done = hashlib.sha256(), 0
    with session.stream(address, params) as response, path.open("wb") as stream:
        total = int(response.headers.get("Content-Length") or 0)
        for block in response.iter_bytes():
            stream.write(block)
            digest.update(block)
            done += len(block)
            if progress:
                progress(done, total)
    return digest.hexdigest()
