"""Sends probes from many hosts, asks DNS, and asks over TCP who it is; reads its task as JSON and answers in JSON.

Usage: probe.py packets | dns | source, with the task on standard input.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import struct
import sys
import time
from typing import Any

CLONE_NEWNET = 0x40000000
SOURCE_PORT = 40000
TIMEOUT = 3.0
# Packets of one burst: a veth device queues a thousand.
BURST = 200


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def packet(source: str, target: str, mark: int, dscp: int, protocol: str, port: int, source_port: int) -> bytes:
    """A TCP SYN or an empty UDP datagram whose IP identification is the mark."""
    addresses = socket.inet_aton(source) + socket.inet_aton(target)
    number = socket.IPPROTO_TCP if protocol == "tcp" else socket.IPPROTO_UDP
    head = struct.pack("!BBHHHBBH", 0x45, dscp << 2, 0, mark, 0, 64, number, 0) + addresses
    if protocol == "udp":
        return head + struct.pack("!HHHH", source_port, port, 8, 0)
    fields = (source_port, port, mark, 0, 5 << 4, 2, 64240)
    pseudo = addresses + struct.pack("!BBH", 0, number, 20)
    total = checksum(pseudo + struct.pack("!HHIIBBHHH", *fields, 0, 0))
    return head + struct.pack("!HHIIBBHHH", *fields, total, 0)


def packets(task: dict[str, Any]) -> dict[str, Any]:
    """Sends one packet for each target, protocol and port from each source, in its network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    failed: dict[str, int] = {}
    count = 0
    for source in task["sources"]:
        with open(source["namespace"], "rb") as namespace:
            if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), f"cannot enter {source['namespace']}")
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        for target in source["targets"]:
            for protocol in ("tcp", "udp"):
                for port in task["ports"]:
                    data = packet(
                        source["address"], target, source["mark"], task["dscp"], protocol, port, SOURCE_PORT + task["run"]
                    )
                    try:
                        raw.sendto(data, (target, 0))
                    except PermissionError:
                        pass  # an egress rule dropped it
                    except OSError as error:
                        failed[str(error)] = failed.get(str(error), 0) + 1
                    count += 1
                    if count % BURST == 0:
                        time.sleep(0.001)
    return {"sent": count, "failed": failed}


def question(name: str, kind: int) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", os.getpid() & 0xFFFF, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)


def name_at(data: bytes, offset: int) -> tuple[str, int]:
    labels, end = [], 0
    while length := data[offset]:
        if length >= 0xC0:
            end = end or offset + 2
            offset = (length & 0x3F) << 8 | data[offset + 1]
            continue
        labels.append(data[offset + 1 : offset + 1 + length].decode())
        offset += 1 + length
    return ".".join(labels), end or offset + 1


KINDS = {"A": 1, "NS": 2, "CNAME": 5, "TXT": 16, "CAA": 257}


def value(data: bytes, offset: int, length: int, kind: int) -> str:
    raw = data[offset : offset + length]
    if kind == KINDS["A"]:
        return socket.inet_ntoa(raw)
    if kind in (KINDS["CNAME"], KINDS["NS"]):
        return f"{name_at(data, offset)[0]}."
    if kind == KINDS["TXT"]:
        return f'"{raw[1:].decode()}"'
    tag = raw[2 : 2 + raw[1]].decode()
    return f'{raw[0]} {tag} "{raw[2 + raw[1] :].decode()}"'


def answer(data: bytes, kind: int) -> dict[str, Any]:
    _, flags, questions, answers, _, _ = struct.unpack("!HHHHHH", data[:12])
    offset = 12
    for _ in range(questions):
        offset = name_at(data, offset)[1] + 4
    values, aliases, ttls = [], [], []
    for _ in range(answers):
        offset = name_at(data, offset)[1]
        found, _, ttl, length = struct.unpack("!HHIH", data[offset : offset + 10])
        offset += 10
        if found in (kind, KINDS["CNAME"]):
            (values if found == kind else aliases).append(value(data, offset, length, found))
            ttls.append(ttl)
        offset += length
    code = ("ok", "format error", "server failure", "no such name")[flags & 0xF] if flags & 0xF < 4 else "refused"
    return {"code": code, "truncated": bool(flags & 0x200), "values": sorted(values), "aliases": aliases, "ttls": sorted(set(ttls))}


def received(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError("closed")
        data += part
    return data


def ask(server: str, transport: str, name: str, kind: str) -> dict[str, Any]:
    message = question(name, KINDS[kind])
    try:
        if transport == "udp":
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
                asker.settimeout(TIMEOUT)
                asker.sendto(message, (server, 53))
                return answer(asker.recv(4096), KINDS[kind])
        with socket.create_connection((server, 53), TIMEOUT) as connection:
            connection.sendall(struct.pack("!H", len(message)) + message)
            size = struct.unpack("!H", received(connection, 2))[0]
            return answer(received(connection, size), KINDS[kind])
    except OSError as error:
        return {"code": f"no answer ({error})", "truncated": False, "values": [], "aliases": [], "ttls": []}


def dns(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Asks every question of the task; after one without an answer, no further one over that transport."""
    silent: dict[str, dict[str, Any]] = {}
    answers = []
    for name, kind in task["questions"]:
        for transport in ("udp", "tcp"):
            found = silent.get(transport) or ask(task["server"], transport, name, kind)
            if found["code"].startswith("no answer"):
                silent[transport] = found
            answers.append({"name": name, "type": kind, "transport": transport, **found})
    return answers


def source(task: dict[str, Any]) -> dict[str, str]:
    """Connects, and returns the address that the other side saw."""
    try:
        with socket.create_connection((task["address"], task["port"]), TIMEOUT) as connection:
            return {"seen": connection.makefile().readline().strip()}
    except OSError as error:
        return {"seen": f"no answer ({error})"}


def mirror(task: dict[str, Any]) -> None:
    """Tells each peer its address, until it is ended."""
    with socket.create_server((task["address"], task["port"])) as server:
        print("ready", flush=True)
        while True:
            connection, (peer, _) = server.accept()
            connection.sendall(f"{peer}\n".encode())
            connection.close()


if __name__ == "__main__":
    COMMANDS = {"packets": packets, "dns": dns, "source": source, "mirror": mirror}
    task = json.loads(sys.argv[2]) if len(sys.argv) > 2 else json.load(sys.stdin)
    print(json.dumps(COMMANDS[sys.argv[1]](task)))
