import pytest


@pytest.fixture(autouse=True)
def own_storage(settings):
    """An empty storage for each test: what is assigned anew is made anew."""
    settings.STORAGES = dict(settings.STORAGES)
