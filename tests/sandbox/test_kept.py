from __future__ import annotations

import socket
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from sandbox.clock import START
from sandbox.kept import KeptFolder, folder
from sandbox.serving import NoPort, free_port

LOOPBACK = IPv4Address("127.0.0.1")


@pytest.mark.parametrize("passed", [timedelta(minutes=5), timedelta(hours=14), timedelta(days=9, hours=3)])
def test_a_kept_demo_goes_on_the_morning_after(tmp_path: Path, passed: timedelta) -> None:
    new = KeptFolder(tmp_path)
    assert new.is_new
    assert new.morning() == START
    new.remember(START + passed)
    again = KeptFolder(tmp_path)
    assert not again.is_new
    morning = again.morning()
    assert START + passed < morning <= START + passed + timedelta(days=1)
    assert morning.timetz() == START.timetz()


def test_a_folder_is_made_and_kept_or_removed(tmp_path: Path) -> None:
    with folder(tmp_path / "new" / "one") as kept:
        kept.log.touch()
    assert kept.log.exists()
    with folder(None) as temporary:
        temporary.remember(START)
    assert not temporary.path.exists()


def test_the_next_free_port_is_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert port < free_port(LOOPBACK, port) <= port + 100
    assert free_port(LOOPBACK, port) == port


def test_an_address_of_another_machine_is_refused_in_one_line() -> None:
    with pytest.raises(NoPort, match=r"^Cannot listen on 192\.0\.2\.1, port 8765: [^\n]*$"):
        free_port(IPv4Address("192.0.2.1"), 8765)
