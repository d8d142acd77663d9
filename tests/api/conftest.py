"""A caller of the API with a token, as a program has it."""

import pytest
from django.test import Client

from annotator.accounts.actions import make_token


class Caller(Client):
    """Speaks JSON with a token."""

    def __init__(self, user):
        super().__init__(raise_request_exception=True)
        self.defaults["HTTP_AUTHORIZATION"] = f"Bearer {make_token(user=user, name='test')}"

    def post_json(self, path, data):
        return self.post(path, data, content_type="application/json")

    def send(self, path, body: bytes, **more):
        return self.post(path, body, content_type="application/octet-stream", **more)


@pytest.fixture
def caller():
    return Caller
