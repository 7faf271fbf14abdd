"""The files beside the code say what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import SecretStr

from bot.__main__ import make_parser
from bot.health.metrics import Metrics
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
NAMES = [name.upper() for name in Settings.model_fields]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def examples() -> dict[str, str]:
    """The settings of .env.example, also those behind a `#`."""
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", read(".env.example"), re.MULTILINE))


def test_the_example_names_every_setting_once() -> None:
    named = re.findall(r"^#?([A-Z_]+)=", read(".env.example"), re.MULTILINE)

    assert sorted(named) == sorted(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "DISCORD_TOKEN"])
def test_the_example_shows_the_default(name: str) -> None:
    default = Settings.model_fields[name.lower()].default
    shown = default.get_secret_value() if isinstance(default, SecretStr) else default

    assert examples()[name] == ("" if shown is None else str(shown))


def test_each_setting_of_the_example_has_a_comment_above() -> None:
    blocks = [block.splitlines() for block in read(".env.example").split("\n\n")[1:]]

    assert all(block[0].startswith("# ") for block in blocks)


def locked(name: str) -> dict[str, str]:
    return {
        canonicalize_name(package): version
        for package, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", read(name), re.MULTILINE)
    }


def requirements(*extras: str) -> list[Requirement]:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    written = [*project["dependencies"], *(one for name in extras for one in project["optional-dependencies"][name])]
    return [one for one in map(Requirement, written) if canonicalize_name(one.name) != project["name"]]


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ["postgres"]), (LOCKS[1], ["postgres", "dev"])])
def test_the_locks_hold_what_the_project_asks_for(lock: str, extras: list[str]) -> None:
    versions = locked(lock)

    unmet = [
        str(one)
        for one in requirements(*extras)
        if not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))
    ]
    assert not unmet, "run `make lock`"


def test_the_bot_is_tested_with_what_it_runs_with() -> None:
    assert locked(LOCKS[0]).items() <= locked(LOCKS[1]).items(), "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_are_hashed_and_leave_the_place_to_the_machine(lock: str) -> None:
    text = read(lock)

    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)


def test_operating_explains_every_setting_command_and_series() -> None:
    text = read("docs/operating.md")
    series = {metric.name for metric in _all_metrics().registry.collect() if metric.name.startswith("paperclub_")}

    wanted = {f"`{name}`" for name in NAMES}
    wanted |= {f"`python -m bot {name}" for name in re.findall(r"^    ([a-z]+) ", make_parser().format_help(), re.M)}
    wanted |= {f"`{name}" for name in series}
    assert not {words for words in wanted if words not in text}


def test_operating_names_no_series_that_is_not_there() -> None:
    named = set(re.findall(r"\bpaperclub_[a-z_]+", read("docs/operating.md")))
    known = {metric.name for metric in _all_metrics().registry.collect()}

    assert {name.removesuffix("_total") for name in named} <= known


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/operating.md", ".ci/run"])
def test_every_make_target_that_is_named_is_there(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z-]+)`|^make ([a-z-]+)$", read(name), re.MULTILINE)) <= {
        pair for target in targets for pair in ((target, ""), ("", target))
    }


def test_the_image_takes_only_files_that_reach_it() -> None:
    allowed = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}

    assert {"bot", "cogs", "requirements.lock"} <= allowed
    assert all((ROOT / name).exists() for name in allowed)


def _all_metrics() -> Metrics:
    metrics = Metrics()
    metrics.show_latency(lambda: 0.0)
    metrics.show_failures(dict)
    return metrics
