"""A real message server on loopback: mosquitto, from a package, started and ended by the test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

TOPIC = "desk/alerts"


def program(name: str) -> str:
    """Where a program of the package is; without it the test is skipped, and in CI it fails."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed, and in CI it has to be")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return str(found)


@dataclass
class Broker:
    """
    One mosquitto; it can be ended, begun again on its port, and frozen.

    ``url`` has its user and password; ``heard`` is what a subscriber got.
    """

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    heard: list[str] = field(default_factory=list)

    def url(self, password: str = "word") -> str:
        return f"mqtt://desk:{password}@127.0.0.1:{self.port}/{TOPIC}"

    def begin(self) -> None:
        config = str(self.folder / "mosquitto.conf")
        self.process = subprocess.Popen(
            [program("mosquitto"), "-c", config],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("mosquitto did not start")

    def end(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(10)
        self.process = None

    def freeze(self) -> None:
        """From now on it takes connections, as its system does, and answers nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def listening(self) -> Iterator[list[str]]:
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set("desk", "word")
        ready: list[Any] = []
        client.on_subscribe = lambda *_: ready.append(True)
        client.on_message = lambda _client, _data, message: self.heard.append(
            message.payload.decode()
        )
        client.on_connect = lambda client, *_: client.subscribe(TOPIC, qos=1)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        deadline = time.monotonic() + 30
        while not ready and time.monotonic() < deadline:
            time.sleep(0.02)
        assert ready, "the subscriber was not let in"
        try:
            yield self.heard
        finally:
            client.disconnect()
            client.loop_stop()


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    passwords = folder / "passwords"
    maker = [program("mosquitto_passwd"), "-b", "-c", str(passwords), "desk", "word"]
    subprocess.run(maker, check=True, capture_output=True, timeout=20)
    passwords.chmod(0o644)
    for place in (folder, *folder.parents[:3]):
        # As root mosquitto becomes a user of its own, who has to be able to read this.
        if place.owner() == "root" and os.geteuid() == 0:
            place.chmod(place.stat().st_mode | 0o011)
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
        "persistence false\nlog_dest none\n",
        encoding="utf-8",
    )
    made = Broker(folder, port)
    made.begin()
    try:
        yield made
    finally:
        if made.process is not None:
            made.end()
