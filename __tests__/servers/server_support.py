"""Shared by the tests of what runs on a server: its files below a directory, and S3 as moto serves it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

BOOTSTRAP = Path(__file__).resolve().parents[2] / "src" / "servers" / "bootstrap"
PROGRAM = BOOTSTRAP / "files" / "usr" / "local" / "sbin" / "dev-one-program"
BUCKET = "dev-one-staging-services-111122223333"
TABLE = "tables/servers.json"
BUNDLE = "bundles/shop.tar.gz"
PLATFORM = "platform.tar.gz"
ROW = "services/shop.json"
ACCESS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
SHOP = {"team": "acme-shop", "healthPath": "/healthz", "maxBodyMib": 1, "settings": {}}


Member = tuple[tarfile.TarInfo, bytes]


def member(name: str, content: bytes = b"", mode: int = 0o600, kind: bytes = tarfile.REGTYPE, link: str = "") -> Member:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.type, info.linkname, info.uid = len(content), mode, kind, link, 1234
    return info, content


def bundle(*members: Member) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def program(run: bytes) -> bytes:
    return bundle(member("run", run, mode=0o755))


class Server:
    def __init__(self, root: Path, endpoint: str) -> None:
        self.root = root
        self.endpoint = endpoint
        self.s3 = boto3.client(
            "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        self.s3.create_bucket(Bucket=BUCKET)
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        self.platform = self.keep(PLATFORM, bundle())
        for key in ("Versions", "DeleteMarkers"):
            for version in self.s3.list_object_versions(Bucket=BUCKET).get(key, []):
                self.s3.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])

    def put(self, key: str, content: bytes) -> str:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return hashlib.sha256(content).hexdigest()

    def keep(self, _key: str, content: bytes) -> str:
        """As a server that got the object at an earlier boot: without a request to S3."""
        sha256 = hashlib.sha256(content).hexdigest()
        kept = self.root / "var/lib/dev-one" / sha256
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(content)
        return sha256

    def release(
        self, service: dict[str, Any], content: bytes | None = None, store: Callable[[str, bytes], str] | None = None
    ) -> None:
        """A release of the service `shop`, with a bundle."""
        store = store or self.keep
        if content is not None:
            sha256 = store(BUNDLE, content)
            service = {**service, "version": "1.0.0", "bundle": {"key": BUNDLE, "sha256": sha256}}
        self.boot_with(store(TABLE, json.dumps({"services": {"shop": service}}).encode()))

    def point(self, row: dict[str, Any]) -> None:
        """A table that points to the row of the service, whose newest version is this."""
        self.put(ROW, json.dumps(row).encode())
        self.boot_with(self.keep(TABLE, json.dumps({"services": {"shop": {"pointer": ROW}}}).encode()))

    def boot_with(self, sha256: str, service: str = "shop") -> None:
        """The files of the user data and of dev-one-identity."""
        settings = {"ENVIRONMENT": "staging", "AWS_REGION": "us-east-1", "DOMAIN": "staging.dev-one.it"}
        settings.update(SERVICES_BUCKET=BUCKET, SERVICES_TABLE=TABLE)
        platform = {"SERVICES_PLATFORM": PLATFORM, "SERVICES_PLATFORM_SHA256": self.platform}
        self.write("environment", **settings, **platform, SERVICES_TABLE_SHA256=sha256)
        self.write("identity", NAME="api-2", ZONE="zone-1", ADDRESS="172.31.1.102", SERVICE=service, FLEET="named")

    def write(self, name: str, **variables: str) -> None:
        file = self.root / "etc/dev-one" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{key}={value}\n" for key, value in variables.items()))

    def run(self, *command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *(command or [PROGRAM])],
            env={
                **ACCESS,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "AWS_ENDPOINT_URL": self.endpoint,
                "DEV_ONE_ROOT": str(self.root),
                "DEV_ONE_PATIENCE": "0",
                "AWS_MAX_ATTEMPTS": "1",
                **environment,
            },
            capture_output=True,
            text=True,
        )

    def expect_success(self, **environment: str) -> None:
        done = self.run(**environment)
        assert (done.returncode, done.stderr) == (0, "")

    def expect_refusal(self, sentence: str, **environment: str) -> None:
        done = self.run(**environment)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith(f"dev-one-program: {sentence}")
        assert done.stderr.endswith("; not serving.\n")

    def text(self, path: str) -> str:
        return (self.root / path).read_text()
