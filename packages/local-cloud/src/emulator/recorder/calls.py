"""API calls, as botocore's service models decode them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model

# botocore's name of a service, where it differs from the one that requests are signed for.
SERVICES = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}

# IAM's prefix of a service, where it differs from botocore's name.
PREFIXES = {"elbv2": "elasticloadbalancing", "s3control": "s3"}


class Call(NamedTuple):
    service: str
    """Name of the service in botocore."""
    operation: str
    params: dict[str, Any]
    region: str

    @property
    def prefix(self) -> str:
        """IAM's prefix of the service."""
        return PREFIXES.get(self.service, self.service)

    @property
    def name(self) -> str:
        return f"{self.prefix}:{self.operation}"


def decode(request: Request) -> Call | None:
    """The call of a request; None for a request without a signature, such as that of a probe."""
    signed = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", request.headers.get("Authorization", ""))
    if signed is None:
        return None
    region, signing_name = signed.groups()
    service = SERVICES.get(signing_name, signing_name)
    if service == "s3" and request.path.startswith("/v20180820/"):
        service = "s3control"
    model = get_service_model(service)
    uri_params: dict[str, Any] = {}
    target = request.headers.get("X-Amz-Target")
    if action := request.values.get("Action"):
        operation = model.operation_model(action)
    elif target is not None:
        operation = model.operation_model(target.split(".")[-1])
    else:
        operation, uri_params = get_service_router(service).match(request)
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)](operation, map_type=dict)
    params = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": uri_params,
        }
    )
    return Call(service, operation.name, dict(params), region)
