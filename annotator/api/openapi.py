"""The description of the API (OpenAPI): what all operations have in common, and where it is read."""

from functools import cache
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework.request import Request

from annotator.api.base import ApiView, chosen
from annotator.api.errors import MEDIA_TYPE
from annotator.api.etags import tag_of, tagged
from annotator.api.examples import put_into
from annotator.api.serializers import ProblemSerializer

ALWAYS = (400, 401, 403, 404, 429, 503)
WITH_A_BODY = (411, 413, 415, 422)
PREFIX = "/api/v1"
RENDERERS = {"yaml": OpenApiYamlRenderer, "json": OpenApiJsonRenderer}


class Description(AutoSchema):
    """Says of each operation, beside what its view says, which problems it may answer with."""

    def get_operation(self, path: str, *args: Any) -> Any:  # Any: OpenAPI
        operation = super().get_operation(path, *args)
        if operation:
            put_into(operation, f"{self.method} {path.removeprefix(PREFIX)}")
        return operation

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        conditions = {parameter["name"] for parameter in self._get_parameters()}
        problems = [
            *ALWAYS,
            *(WITH_A_BODY if self.method in ("POST", "PUT", "PATCH") else ()),
            *([409] if "Idempotency-Key" in conditions else []),
            *([412] if "If-Match" in conditions else []),
        ]
        for status in map(str, problems):
            if status not in bodies:
                bodies[status] = self._get_response_for_code(ProblemSerializer, status)
        return bodies

    def _get_response_for_code(
        self,
        serializer: Any,
        status_code: str,
        media_types: Any = None,
        direction: Any = "response",
    ) -> Any:
        if status_code >= "400":
            media_types = [MEDIA_TYPE]
        answer = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, media_types, direction
        )
        if not answer["description"]:
            answer["description"] = HTTPStatus(int(status_code)).phrase
        return answer


@method_decorator(login_not_required, name="dispatch")
class OpenApi(ApiView):
    """For anybody, and made once per process: it says nothing that the code does not."""

    parameters = frozenset({"format"})
    authentication_classes = ()  # type: ignore[assignment]  # none of the two
    permission_classes = ()
    schema = None

    def get(self, request: Request) -> HttpResponseBase:
        kind = chosen(request, "format", list(RENDERERS)) or "yaml"
        content = described(kind)
        response = HttpResponse(content, content_type=RENDERERS[kind].media_type)
        return tagged(request, response, tag_of(content))


@cache
def described(kind: str) -> bytes:
    """Return the whole description, as JSON or YAML."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    rendered = RENDERERS[kind]().render(schema, renderer_context={})
    return rendered.encode() if isinstance(rendered, str) else rendered
