"""dev-one-program with the AWS CLI, against S3 as moto serves it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from server_support import BOOTSTRAP, BUCKET, BUNDLE, PLATFORM, ROW, SHOP, TABLE, Member, Server, bundle, member, program


def test_a_server_without_a_release_answers_by_itself(server: Server) -> None:
    server.release(SHOP)
    server.expect_success()
    assert server.text("etc/dev-one/no-program") == ""
    assert server.text("etc/dev-one/service") == (
        "SERVICE_SOCKET=/run/dev-one-service/http.sock\nTEAM=acme-shop\nSERVICE_VERSION=none\n"
        "SECRET_COMMAND=/usr/local/bin/dev-one-secret\n"
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


def test_a_row_that_the_table_points_to_is_that_of_the_first_boot(server: Server) -> None:
    server.point({**SHOP, "version": "1.0.0", "image": "ami-1", "settings": {"LEVEL": "info"}})
    server.expect_success()
    assert "SERVICE_VERSION=1.0.0\n" in server.text("etc/dev-one/service")
    assert 'LEVEL="info"\n' in server.text("etc/dev-one/service")
    server.point({**SHOP, "version": "2.0.0", "image": "ami-1"})
    server.expect_success(AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert "SERVICE_VERSION=1.0.0\n" in server.text("etc/dev-one/service")


def test_a_row_that_is_missing_is_refused(server: Server) -> None:
    server.point(SHOP)
    server.s3.delete_object(Bucket=BUCKET, Key=ROW)
    server.expect_refusal("S3 did not answer for 0 s: ")


def test_variables_of_the_database_are_those_of_the_service_and_missing_without_one(server: Server) -> None:
    server.release({**SHOP, "database": {"name": "shop", "user": "shop_user"}})
    server.expect_success()
    lines = server.text("etc/dev-one/service").splitlines()
    assert [line for line in lines if line.startswith("DATABASE_")] == [
        "DATABASE_NAME=shop",
        "DATABASE_USER=shop_user",
        "DATABASE_ALIAS=postgres.staging.dev-one.it",
        "DATABASE_CREDENTIALS_COMMAND=/usr/local/bin/dev-one-database",
    ]
    server.release(SHOP)
    server.expect_success()
    assert "DATABASE" not in server.text("etc/dev-one/service") + server.text("etc/dev-one/environment")


def test_jobs_have_timers_and_those_of_an_earlier_release_have_none(server: Server) -> None:
    server.release({**SHOP, "jobs": {"old": {"at": "01:00", "minutes": 60}}})
    server.expect_success()
    server.release({**SHOP, "jobs": {"cleanup": {"at": "03:30", "minutes": 5}}})
    server.expect_success()
    timers = {path.name: path.read_text() for path in (server.root / "etc/systemd/system").iterdir()}
    assert list(timers) == ["dev-one-job@cleanup.timer"]
    assert "\nOnCalendar=*-*-* 03:30:00 UTC\n" in timers["dev-one-job@cleanup.timer"]
    assert "\nWantedBy=timers.target\n" in timers["dev-one-job@cleanup.timer"]
    assert server.text("etc/dev-one/jobs") == "cleanup=03:30 5\n"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
@pytest.mark.parametrize(("at", "code"), [("03:30", 0), ("03:99", 1)])
def test_systemd_accepts_the_timer_with_the_unit_of_jobs(server: Server, at: str, code: int) -> None:
    server.release({**SHOP, "jobs": {"cleanup": {"at": at, "minutes": 5}}})
    server.expect_success()
    units = server.root / "etc/systemd/system"
    template = (BOOTSTRAP / "platform/etc/systemd/system/dev-one-job@.service").read_text()
    (units / "dev-one-job@.service").write_text(template.replace("/usr/local/bin/dev-one-job", "/bin/true"))
    (units / "dev-one-program.service").write_text("[Service]\nType=oneshot\nExecStart=/bin/true\n")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", units / "dev-one-job@cleanup.timer"],
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{units}:/lib/systemd/system"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr == "") == (code, code == 0)


def test_settings_port_health_path_and_body_size_are_configured(server: Server) -> None:
    awkward = """a "b" 'c' $HOME `id` \\n #x"""
    settings = {"LOG_LEVEL": "info", "AWKWARD": awkward, "SERVICE_VERSION": "mine", "PORT": "1"}
    server.release({**SHOP, "healthPath": "/up/now", "maxBodyMib": 20, "port": 8080, "settings": settings}, program(b""))
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
