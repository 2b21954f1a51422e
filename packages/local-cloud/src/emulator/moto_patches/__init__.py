"""The patches of moto, one module per AWS service; importing this package applies them."""

from . import buckets, certificates, databases, instance_refreshes, names, network, scaling, waiting  # noqa: F401
