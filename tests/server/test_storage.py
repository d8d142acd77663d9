import pytest

from annotator.server.problems import ServerProblem
from annotator.server.storage import PrivateFolder, storage_at


def test_without_an_address_files_lie_in_a_private_folder(tmp_path):
    folder = tmp_path / "files"
    entry = storage_at("", folder)
    storage = PrivateFolder(**entry["OPTIONS"])

    with storage.open("jobs/a", "wb") as file:
        file.write(b"x")

    assert (folder / "jobs" / "a").read_bytes() == b"x"
    assert (folder / "jobs").stat().st_mode & 0o777 == 0o700


def test_an_address_of_s3_names_bucket_and_prefix(tmp_path):
    entry = storage_at("s3://news/annotator?endpoint_url=https://s3.local&region_name=x", tmp_path)

    assert entry == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": "news",
            "location": "annotator",
            "file_overwrite": False,
            "endpoint_url": "https://s3.local",
            "region_name": "x",
        },
    }


@pytest.mark.parametrize("url", ["/srv/files", "gs://bucket", "s3://", "s3://news?acl=public-read"])
def test_other_addresses_are_refused_by_a_sentence(tmp_path, url):
    with pytest.raises(ServerProblem, match="ANNOTATOR_STORAGE"):
        storage_at(url, tmp_path)
