"""dev-one-program with the AWS CLI, against S3 as moto serves it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

FILES = Path(__file__).resolve().parents[2] / "src" / "servers" / "bootstrap" / "files"
PROGRAM = FILES / "usr" / "local" / "sbin" / "dev-one-program"
BUCKET = "dev-one-staging-services-111122223333"
TABLE = "tables/servers.json"
BUNDLE = "bundles/shop.tar.gz"
PLATFORM = "platform.tar.gz"
ACCESS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
SHOP = {"healthPath": "/healthz", "maxBodyMib": 1, "settings": {}}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


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

    def boot_with(self, sha256: str, service: str = "shop") -> None:
        """The files of the user data and of dev-one-identity."""
        settings = {"AWS_REGION": "us-east-1", "SERVICES_BUCKET": BUCKET, "SERVICES_TABLE": TABLE}
        platform = {"SERVICES_PLATFORM": PLATFORM, "SERVICES_PLATFORM_SHA256": self.platform}
        self.write("environment", **settings, **platform, SERVICES_TABLE_SHA256=sha256)
        self.write("identity", NAME="api-2", SERVICE=service)

    def write(self, name: str, **variables: str) -> None:
        file = self.root / "etc/dev-one" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{key}={value}\n" for key, value in variables.items()))

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, PROGRAM],
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


@pytest.fixture
def server(tmp_path: Path, endpoint: str) -> Server:
    return Server(tmp_path, endpoint)


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


def test_a_server_without_a_release_answers_by_itself(server: Server) -> None:
    server.release(SHOP)
    server.expect_success()
    assert server.text("etc/dev-one/no-program") == ""
    assert server.text("etc/dev-one/service") == (
        "SERVICE_SOCKET=/run/dev-one-service/http.sock\nSERVICE_VERSION=none\n"
    )
    assert not (server.root / "opt").exists()


def test_the_files_of_the_platform_are_unpacked_to_their_places_before_the_service_is_read(server: Server) -> None:
    (server.root / "usr").mkdir()
    members = [member("usr/bin/tool", b"#!/bin/sh\n", mode=0o755), member("etc/dev-one/settings", b"a")]
    server.platform = server.put(PLATFORM, bundle(*members))
    server.boot_with("0" * 64)
    server.expect_refusal("S3 did not answer for 0 s: ")
    tool = server.root / "usr/bin/tool"
    assert (tool.read_text(), tool.stat().st_mode & 0o777) == ("#!/bin/sh\n", 0o755)
    assert server.text("etc/dev-one/settings") == "a"


def test_files_of_the_platform_with_another_hash_are_refused(server: Server) -> None:
    server.put(PLATFORM, bundle(member("usr/bin/tool")))
    server.platform = "2" * 64
    server.release(SHOP)
    server.expect_refusal(f"no version of {PLATFORM} has the SHA-256 {'2' * 64}")
    assert not (server.root / "usr").exists()


def test_the_program_of_an_image_stays_and_is_expected(server: Server) -> None:
    image = server.root / "opt/dev-one/service"
    image.mkdir(parents=True)
    server.release(SHOP)
    server.expect_success()
    server.release({**SHOP, "version": "2.0.0", "image": "ami-0123456789abcdef0"})
    server.expect_success()
    assert image.is_dir() and not image.is_symlink()
    assert not (server.root / "etc/dev-one/no-program").exists()
    assert "SERVICE_VERSION=2.0.0\n" in server.text("etc/dev-one/service")


def test_a_bundle_replaces_the_program_before_and_keeps_what_was_installed_for_it(server: Server) -> None:
    service = server.root / "opt/dev-one/service"
    (service / "of-an-image").mkdir(parents=True)
    server.release(SHOP, program(b"first"))
    server.expect_success()
    assert (service / "run").read_text() == "first"
    (service / "installed").touch()
    server.expect_success()
    assert sorted(path.name for path in service.iterdir()) == ["installed", "run"]
    server.release(SHOP, program(b"second"))
    server.expect_success()
    assert [path.read_text() for path in service.iterdir()] == ["second"]


def test_files_of_a_bundle_are_readable_for_the_service_and_keep_their_execute_bit_and_links(server: Server) -> None:
    members = [
        member("./", kind=tarfile.DIRTYPE, mode=0o700),
        member("./run", b"#!/bin/sh\n", mode=0o4700),
        member("./library/data", b"data"),
        member("./start", kind=tarfile.SYMTYPE, link="run"),
        member("./python", kind=tarfile.SYMTYPE, link="/usr/bin/python3"),
        member("./copy", kind=tarfile.LNKTYPE, link="./library/data"),
    ]
    server.release(SHOP, bundle(*members))
    server.expect_success()
    service = server.root / "opt/dev-one/service"
    modes = {name: (service / name).stat().st_mode & 0o7777 for name in (".", "run", "library/data")}
    assert modes == {".": 0o755, "run": 0o755, "library/data": 0o644}
    assert (service / "run").stat().st_uid == os.geteuid()
    assert (service / "start").read_text() == "#!/bin/sh\n"
    assert (service / "copy").read_text() == "data"


@pytest.mark.parametrize(
    "members",
    [
        [member("../outside", b"x")],
        [member("/outside", b"x")],
        [member("link", kind=tarfile.SYMTYPE, link="../.."), member("link/outside", b"x")],
        [member("link", kind=tarfile.SYMTYPE, link="../../outside"), member("link", b"x")],
        [
            member("late", kind=tarfile.SYMTYPE, link="folder/up/../../.."),
            member("folder/up", kind=tarfile.SYMTYPE, link="."),
            member("late/outside", b"x"),
        ],
        [member("outside", kind=tarfile.LNKTYPE, link="../../../etc/dev-one/environment")],
        [member("pipe", kind=tarfile.FIFOTYPE)],
        [member("device", kind=tarfile.CHRTYPE)],
    ],
    ids=["parent", "absolute", "through-a-link", "over-a-link", "link-made-later", "hard-link", "pipe", "device"],
)
def test_a_bundle_with_a_member_outside_of_its_folder_is_refused(server: Server, members: list[Member]) -> None:
    server.release(SHOP, bundle(*members))
    server.expect_refusal(f"{members[-1][0].name} of the bundle is ")
    assert not list(server.root.rglob("outside"))
    assert not (server.root / "opt/dev-one/service").exists()


def test_an_older_launch_template_version_finds_its_table_and_its_bundle(server: Server) -> None:
    server.release(SHOP, program(b"first"), server.put)
    first = server.text("etc/dev-one/environment")
    server.put("tables/servers.json.other", b"{}")
    for run in (b"second", b"third"):
        server.release(SHOP, program(run), server.put)
    (server.root / "etc/dev-one/environment").write_text(first)
    server.expect_success()
    assert server.text("opt/dev-one/service/run") == "first"


def test_a_reboot_needs_no_s3(server: Server) -> None:
    server.release(SHOP, program(b"first"), server.put)
    server.expect_success()
    server.expect_success(AWS_ENDPOINT_URL="http://127.0.0.1:1")


def test_a_file_that_was_kept_and_changed_is_read_again(server: Server) -> None:
    server.release(SHOP, store=server.put)
    server.expect_success()
    table = server.text("etc/dev-one/environment").strip().rpartition("=")[2]
    (server.root / "var/lib/dev-one" / table).write_text("{}")
    server.expect_success()


def test_content_with_another_hash_is_refused(server: Server) -> None:
    server.put(TABLE, b"{}")
    server.boot_with("0" * 64)
    server.expect_refusal(f"no version of {TABLE} has the SHA-256 {'0' * 64}")
    server.put(BUNDLE, b"another")
    server.release({**SHOP, "version": "1.0.0", "bundle": {"key": BUNDLE, "sha256": "1" * 64}})
    server.expect_refusal(f"no version of bundles/shop.tar.gz has the SHA-256 {'1' * 64}")
    assert not (server.root / "etc/dev-one/service").exists()


def test_s3_is_asked_again_until_the_time_is_over(server: Server) -> None:
    server.release(SHOP, store=server.put)
    server.expect_refusal("S3 did not answer for 0 s: ", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    aws = server.root / "aws"
    aws.write_text(f'#!/bin/sh\nrm "$0"\necho "fatal: {TABLE} is away" >&2\nexit 1\n')
    aws.chmod(0o755)
    done = server.run(DEV_ONE_PATIENCE="60", PATH=f"{server.root}:{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"dev-one-program: fatal: {TABLE} is away; next try in 5 s.\n")


def test_a_service_that_is_not_in_the_table_is_refused(server: Server) -> None:
    server.release(SHOP)
    sha256 = server.text("etc/dev-one/environment").strip().rpartition("=")[2]
    server.boot_with(sha256, service="blog")
    server.expect_refusal(f"{TABLE} has no service blog")


def test_settings_port_health_path_and_body_size_are_configured(server: Server) -> None:
    awkward = """a "b" 'c' $HOME `id` \\n #x"""
    settings = {"LOG_LEVEL": "info", "AWKWARD": awkward, "SERVICE_VERSION": "mine", "PORT": "1"}
    server.release({"healthPath": "/up/now", "maxBodyMib": 20, "port": 8080, "settings": settings}, program(b""))
    server.expect_success()
    printed = subprocess.run(
        ["bash", "-c", 'set -a; . "$1"; env -0', "bash", server.root / "etc/dev-one/service"],
        env={"HOME": "/root"},
        capture_output=True,
        text=True,
        check=True,
    )
    variables = dict(line.split("=", 1) for line in printed.stdout.split("\0") if line)
    expected = {"LOG_LEVEL": "info", "AWKWARD": awkward, "SERVICE_VERSION": "1.0.0", "PORT": "8080"}
    assert {name: variables[name] for name in expected} == expected
    assert "SERVICE_SOCKET" not in variables
    nginx = server.text("etc/nginx/dev-one.conf")
    for line in ("client_max_body_size 20m;", "    server 127.0.0.1:8080;", "default /up/now;"):
        assert line in nginx
