"""IAM."""

from __future__ import annotations

from moto.iam.models import IAMBackend

from .patch import Method, around


@around(IAMBackend, "delete_service_linked_role")
def name_the_role_in_the_deletion_task(original: Method, self: IAMBackend, role_name: str) -> str:
    """AWS names the role in the id of the task that deletes it, and authorizes questions about the task on the role; moto's id is a
    UUID. https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html"""
    path = self.get_role(role_name).path
    return f"task{path}{role_name}/{original(role_name)}"
