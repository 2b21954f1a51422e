"""The mends, one module per AWS service; importing this package applies them."""

from . import certificates, databases, names, network, scaling, waiting

__all__ = ["certificates", "databases", "names", "network", "scaling", "waiting"]
