"""EC2: images."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.amis import Ami

from .patch import Method, around


@around(Ami, "__init__")
def boot_amazon_linux_as_aws_does(original: Method, self: Ami, *args: Any, **kwargs: Any) -> None:
    """Amazon Linux 2023 has ENA, and boots by UEFI or, for x86_64 on older types, by BIOS (`uefi-preferred`); moto's images have no ENA
    and boot by UEFI alone, and so would not start on most types.

    https://docs.aws.amazon.com/linux/al2023/ug/uefi-secure-boot.html"""
    original(*args, **kwargs)
    if str(self.name).startswith("al2023-ami"):
        self.ena_support = True
        self.boot_mode = "uefi-preferred" if self.architecture == "x86_64" else "uefi"
