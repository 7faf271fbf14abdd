"""The Dockerfile's steps, carried out in a bare folder, and the bot that stands there in the end.

`FROM` is this machine's Python. Paths that begin at the image's root begin at the folder. What needs root (a user) or
the internet (the packages, which are those of the tests) is left out; everything else happens as it is written.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.process.town import ATTENTION, Town

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_SECONDS = 60

_STAND_INS = {
    "useradd": 'echo "$@" > "$ROOT/user"',
    "install": 'for last; do :; done; mkdir -p "$last"',
    # without pip, but with the packages that are here
    "python": f'''
        [ "$1 $2" = "-m compileall" ] && exec "{sys.executable}" "$@"
        [ "$1 $2" = "-m venv" ] || exit 1
        "{sys.executable}" -m venv --without-pip "$3"
        there=$("$3/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        echo "{sysconfig.get_path("purelib")}" > "$there/here.pth"
        printf '#!/bin/sh\\nset -e\\nfor last; do :; done\\ntest -s "$last"\\n' > "$3/bin/pip"
        chmod +x "$3/bin/pip"
    ''',
}


@dataclass
class Stage:
    """What one `FROM` leaves behind."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """The last of each instruction that is only written down."""

    def inside(self, words: str) -> str:
        """With the image's absolute paths where they are here."""
        return re.sub(r"(?<![\w./])/(?=opt|app|data)", f"{self.root}/", words)

    def command(self, instruction: str) -> list[str]:
        """What stands there as a list."""
        found: list[str] = json.loads(self.said[instruction].partition("CMD ")[2] or self.said[instruction])
        return found


class Build:
    """Carries out one instruction after the other, in the machine's own shell."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stages: dict[str, Stage] = {}
        self._stand_ins = folder / "bin"
        self._stand_ins.mkdir()
        for name, lines in _STAND_INS.items():
            (self._stand_ins / name).write_text(f"#!/bin/sh\nset -e\n{lines}\n")
            (self._stand_ins / name).chmod(0o755)

    def run(self, dockerfile: str) -> Stage:
        """The last stage."""
        lines = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", dockerfile, flags=re.MULTILINE))
        stage = None
        for line in filter(None, map(str.strip, lines.splitlines())):
            instruction, _, rest = line.partition(" ")
            if instruction == "FROM":
                stage = self._new_stage(rest)
            else:
                assert stage is not None
                self._carry_out(stage, instruction, rest)
        assert stage is not None
        return stage

    def _new_stage(self, rest: str) -> Stage:
        name = rest.partition(" AS ")[2] or str(len(self._stages))
        self._stages[name] = Stage(self._folder / name)
        self._stages[name].root.mkdir()
        return self._stages[name]

    def _carry_out(self, stage: Stage, instruction: str, rest: str) -> None:
        match instruction:
            case "RUN":
                subprocess.run(  # noqa: S603 - lines of our own Dockerfile
                    ["/bin/sh", "-e", "-c", stage.inside(rest)],
                    cwd=stage.root,
                    env={"PATH": f"{self._stand_ins}:{os.environ['PATH']}", "ROOT": str(stage.root)},
                    check=True,
                )
            case "COPY":
                self._copy(stage, rest.split())
            case "ENV":
                for name, value in (pair.split("=", 1) for pair in shlex.split(rest)):
                    stage.environment[name] = stage.inside(value).replace("$PATH", os.environ["PATH"])
            case _:
                assert instruction in {"WORKDIR", "VOLUME", "USER", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
                stage.said[instruction] = rest

    def _copy(self, stage: Stage, words: list[str]) -> None:
        source, target = words[-2:]
        to = stage.root / target.strip("./")
        if words[0].startswith("--from="):
            shutil.copytree(self._stages[words[0].removeprefix("--from=")].root / source.strip("/"), to, symlinks=True)
        elif source == ".":
            for name in _sent_to_the_builder():
                _copy_one(ROOT / name, to / name)
        else:
            assert source in _sent_to_the_builder()
            _copy_one(ROOT / source, to / source)


def _sent_to_the_builder() -> list[str]:
    return re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)


def _copy_one(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def files_in(root: Path) -> set[Path]:
    return {path.relative_to(root) for path in root.rglob("*")}


async def test_the_image_is_a_bot_that_writes_to_its_volume_alone(town: Town, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    image = await asyncio.to_thread(Build(tmp_path / "build").run, (ROOT / "Dockerfile").read_text())
    assert image.said["USER"] in (image.root / "user").read_text(), "not root, and the user is made"
    before = files_in(image.root)
    assert Path("app/tests") not in before

    port = str(_free_port())
    environment = image.environment | {
        "HTTP_PORT": port,
        "DISCORD_TOKEN": town.sandbox.token,
        "DISCORD_API_URL": town.sandbox.api_url,
        "ARXIV_API_URL": town.arxiv.url,
        "CONTACT_EMAIL": "papers@example.org",
    }
    folder = image.root / image.said["WORKDIR"].strip("/")
    bot = await asyncio.create_subprocess_exec(
        *_found(image, [*image.command("ENTRYPOINT"), *image.command("CMD")]), env=environment, cwd=folder
    )
    try:
        await town.sandbox.until(lambda: town.sandbox.gateway.connected, what="a shard", seconds=STARTS_WITHIN_SECONDS)
        await town.reply_to(await town.ada.post(town.papers, ATTENTION))
        asking = await asyncio.create_subprocess_exec(
            *_found(image, image.command("HEALTHCHECK")), env=environment, cwd=folder, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await asking.communicate()
        assert asking.returncode == 0, said
        bot.send_signal(signal.Signals[image.said["STOPSIGNAL"]])
        assert await bot.wait() == 0
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()
    written = files_in(image.root) - before
    assert Path("data/paperclub.db") in written
    assert {path.parts[0] for path in written} == {image.said["VOLUME"].strip("/")}


def _found(image: Stage, command: list[str]) -> list[str]:
    """The program by the image's PATH, not by ours."""
    program = shutil.which(command[0], path=image.environment["PATH"])
    assert program is not None
    assert program.startswith(str(image.root))
    return [program, *command[1:]]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
