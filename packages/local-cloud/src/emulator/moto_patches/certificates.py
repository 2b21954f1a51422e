"""ACM."""

from __future__ import annotations

from typing import Any

from moto.acm.models import CertBundle
from moto.acm.responses import AWSCertificateManagerResponse
from moto.core.responses import ActionResult

from .patch import Method, around


@around(AWSCertificateManagerResponse, "request_certificate")
def remember_the_key_algorithm(original: Method, self: AWSCertificateManagerResponse) -> ActionResult:
    """AWS issues a certificate with the requested key algorithm; moto always reports RSA, and Terraform would replace the
    certificate. The certificate itself remains RSA, because no client opens a TLS connection with it."""
    answer: ActionResult = original()
    algorithm = self._get_param("KeyAlgorithm")
    if algorithm is not None:
        result: Any = answer.result
        arn = result["CertificateArn"]
        self.acm_backend.get_certificate(arn).requested_key_algorithm = algorithm  # type: ignore[attr-defined]
    return answer


@around(CertBundle, "describe")
def tell_the_key_algorithm(original: Method, self: CertBundle) -> dict[str, Any]:
    """The other half of the patch above."""
    description: dict[str, Any] = original()
    algorithm = getattr(self, "requested_key_algorithm", None)
    if algorithm is not None:
        description["Certificate"]["KeyAlgorithm"] = algorithm
    return description
