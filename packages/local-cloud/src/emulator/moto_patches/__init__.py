"""The patches of moto, one module for each AWS service or behaviour; importing this package applies them."""

from . import (  # noqa: F401
    buckets,
    certificates,
    databases,
    identities,
    images,
    instance_refreshes,
    limits,
    names,
    network,
    request_validation,
    scaling,
    waiting,
)
