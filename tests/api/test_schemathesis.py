"""The API against its own description: requests made up from it, right and wrong ones.

Every answer has to be described, in its status, kind and shape; nothing may crash.
"""

import json
import re

import pytest
import schemathesis
from django.db import transaction
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from annotator.accounts.actions import make_token
from annotator.api.openapi import described
from tests.test_permissions import walk, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db

EXAMPLES = 3  # of each operation; some are right, some wrong
# What a schema cannot say is refused as well: a label that there is not, an end before a beginning.
LEFT_OUT = [positive_data_acceptance]

api = schemathesis.openapi.from_dict(json.loads(described("json")))
api.config.phases.coverage.enabled = False


# By the path in the description: what it is called among our URLs.
NAMES = {
    address: name
    for name, route in walk(get_resolver().url_patterns)
    for address in ["/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route).replace("{pk}", "{id}")]
}


@pytest.fixture
def token(world, manuela, in_process):
    """Manuela's, in a corpus with one of everything."""
    api.app = in_process
    return make_token(user=manuela)


def test_every_answer_is_as_described(token, world):
    failures = []
    for operation in (found.ok() for found in api.get_all_operations()):
        try:
            ask(operation, token, place_of(operation, world))
        except FailureGroup as failure:
            failures.append(f"{operation.label}: {failure.exceptions}")
    assert not failures, "\n".join(failures)


def place_of(operation, world) -> dict[str, str]:
    """Return what fills the path: what there is, as nothing but 404 came of made up ids."""
    name = NAMES[operation.path]
    values = {known: world.get(f"{name}.{known}", value) for known, value in world.items()}
    return {
        parameter: str(values[{"id": "pk"}.get(parameter, parameter)])
        for parameter in re.findall(r"{(\w+)}", operation.path)
    }


def ask(operation, token, place) -> None:
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(right | wrong)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def send(case):
        left_out = list(LEFT_OUT)
        negated = {
            location
            for location, info in case.meta.components.items()
            if info.mode == GenerationMode.NEGATIVE
        }
        if not negated <= {ParameterLocation.QUERY, ParameterLocation.BODY}:
            left_out.append(negative_data_rejection)  # that part was made right again
        case.path_parameters.update(place)
        with transaction.atomic():
            case.call_and_validate(
                headers={"Authorization": f"Bearer {token}"}, excluded_checks=left_out
            )
            transaction.set_rollback(True)

    send()
