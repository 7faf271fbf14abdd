"""What stands beside the code for whoever looks after the bot: dashboard, unit, compose files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.__main__ import make_parser
from bot.health.metrics import Metrics
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
NAMES = {name.upper() for name in Settings.model_fields}
SERIES = r"\b(?:paperclub|process|python)_[a-z_]+"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def series() -> set[str]:
    """The names under which Prometheus knows the bot's metrics."""
    metrics = Metrics()
    metrics.show_latency(lambda: 0.0)
    metrics.show_failures(lambda: {"arxiv": 0})
    metrics.log_records.labels("ERROR")
    metrics.source_requests.labels("arxiv", "answered")
    metrics.source_seconds.labels("arxiv")
    return {sample.name for metric in metrics.registry.collect() for sample in metric.samples}


def queries() -> list[str]:
    board = json.loads(read("ops/grafana-dashboard.json"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return [*asked, *(each["query"] for each in board["templating"]["list"] if each["type"] == "query")]


@pytest.mark.parametrize("query", queries())
def test_the_dashboard_asks_for_series_that_are_there(query: str) -> None:
    asked = set(re.findall(SERIES, query))
    assert asked
    assert asked <= series()


def test_the_dashboard_shows_every_series_of_the_bot() -> None:
    shown = " ".join(queries())
    families = {name for name in series() if name.startswith("paperclub_") and not name.endswith(("_created", "_sum"))}
    assert {name for name in families if name not in shown and not name.endswith("_count")} == set()


def test_the_dashboard_has_nothing_twice_in_one_place() -> None:
    panels = json.loads(read("ops/grafana-dashboard.json"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(taken)) == len(taken)
    assert all(panel["title"] and panel["description"] for panel in panels)


def test_the_unit_starts_a_command_that_is_there() -> None:
    unit = read("ops/paper-club.service")
    (command,) = re.findall(r"^ExecStart=\S+ -m bot ([a-z]+)$", unit, re.MULTILINE)
    assert command in make_parser().format_help()
    (codes,) = re.findall(r"^RestartPreventExitStatus=(.*)$", unit, re.MULTILINE)
    assert codes.split() == ["2", "3"], "what docs/operating.md says that starting again does not help"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "paper-club.service"
    unit.write_text(
        read("ops/paper-club.service").replace("/opt/paper-club/.venv/bin/python", shutil.which("true") or "")
    )
    checked = subprocess.run(  # noqa: S603 - a program of the system's, on our own file
        ["systemd-analyze", "verify", str(unit)],  # noqa: S607 - as above
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr.replace(str(unit), "")) == (0, "")


@pytest.mark.parametrize("name", ["compose.yaml", "compose.shards.yaml"])
def test_containers_of_the_bot_can_write_to_their_data_alone(name: str) -> None:
    text = read(name)
    for line in ("read_only: true", "cap_drop:", "- ALL", "- no-new-privileges:true", "stop_grace_period: 15s"):
        assert line in text, line


def test_the_two_processes_run_every_shard_once() -> None:
    text = read("compose.shards.yaml")
    (count,) = re.findall(r'SHARD_COUNT: "(\d+)"', text)
    shards = [int(number) for ids in re.findall(r'SHARD_IDS: "([\d,]+)"', text) for number in ids.split(",")]
    assert sorted(shards) == list(range(int(count)))
    assert set(re.findall(r"^ +([A-Z_]+): ", text, re.MULTILINE)) - NAMES == {
        "POSTGRES_USER",
        "POSTGRES_DB",
        "POSTGRES_PASSWORD",
    }
