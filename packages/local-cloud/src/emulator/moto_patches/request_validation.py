"""Every service: AWS rejects requests that its service models do not allow, and moto accepts most of them.

The models in botocore (https://github.com/boto/botocore, ``service-2.json`` of each service), from which AWS generates its SDKs, state
required members, enumerations, patterns, lengths and ranges. SDKs check few of them before they send a request: botocore checks
required members and minimums, the SDK of the AWS provider required members.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex
from botocore.model import Shape
from botocore.validate import ParamValidator, ValidationErrors
from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.responses import TYPE_RESPONSE, ActionResult, BaseResponse
from moto.core.utils import get_service_model
from moto.s3.responses import S3Response

from .patch import Method, around


class InvalidRequest(ServiceException):
    """A class of this module, because moto looks for the service of an exception in the name of its module."""

    code = "ValidationError"


@around(BaseResponse, "call_action")
@around(S3Response, "_bucket_response")
@around(S3Response, "_key_response")
def reject(original: Method, self: BaseResponse, *args: Any) -> TYPE_RESPONSE:
    """Answers with every violation of the model, which Terraform prints with the address of the resource."""
    service = get_service_model(self.boto3_service_name)
    action = self._get_action()
    if action in service.operation_names:
        operation = service.operation_model(action)
        found = violations(operation, parameters(self, operation))
        if found:
            return self.serialized(ActionResult(InvalidRequest("; ".join(found))))
    response: TYPE_RESPONSE = original(*args)
    return response


def parameters(response: BaseResponse, operation: OperationModel) -> dict[str, Any]:
    """The parameters of a request, as the caller gave them to its SDK."""
    request = response.normalized_request
    parser = PROTOCOL_PARSERS[determine_request_protocol(operation.service_model, request.content_type)]
    parsed: dict[str, Any] = parser(operation).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )
    return parsed


def violations(operation: OperationModel, given: dict[str, Any]) -> list[str]:
    """Each parameter that the model does not allow, and what it allows."""
    if operation.input_shape is None:
        return []
    validator = StrictValidator()
    report = validator.validate(given, operation.input_shape).generate_report()
    return [*report.splitlines(), *validator.violations]


class StrictValidator(ParamValidator):
    """Checks also enumerations, patterns and maximums, which botocore leaves to AWS."""

    # botocore looks only at members of lists that have one of these.
    VALIDATED_METADATA_ATTRS = ParamValidator.VALIDATED_METADATA_ATTRS | {"enum", "max", "pattern"}

    def __init__(self) -> None:
        self.violations: list[str] = []

    def _validate(self, params: Any, shape: Shape, errors: ValidationErrors, name: str) -> None:
        super()._validate(params, shape, errors, name)
        parameter = name.removeprefix(".")
        self.violations += (f"{parameter} is {params!r}, must {rule}" for rule in broken_rules(params, shape.metadata))


def broken_rules(value: Any, model: dict[str, Any]) -> Iterator[str]:
    if isinstance(value, str):
        if "enum" in model and value not in model["enum"]:
            yield f"be one of {', '.join(model['enum'])}"
        if "pattern" in model and not regex.fullmatch(python_pattern(model["pattern"]), value):
            yield f"match {model['pattern']}"
    if isinstance(value, (str, list, dict)):
        if len(value) > model.get("max", len(value)):
            yield f"have a length of at most {model['max']}"
    elif isinstance(value, (int, float)) and value > model.get("max", value):
        yield f"be at most {model['max']}"


def python_pattern(pattern: str) -> str:
    """The models write characters above U+FFFF as surrogate pairs, which Python does not have in strings."""
    return pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
