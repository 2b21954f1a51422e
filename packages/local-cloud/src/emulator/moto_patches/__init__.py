"""The patches of moto, one module per AWS service; importing this package applies them."""

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
    scaling,
    waiting,
)
