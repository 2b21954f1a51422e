"""The patches of moto, one module per AWS service; importing this package applies them."""

from . import buckets, certificates, databases, names, network, scaling, waiting  # noqa: F401
