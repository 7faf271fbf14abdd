# Every target makes its own virtual environment first; the second time that takes no time.

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && break; done)
BIN := .venv/bin

.PHONY: help demo run test test-postgres soak long-run shards bench growth check fix docs pictures lock
.DELETE_ON_ERROR:

help: ## What there is to make
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile

demo: .venv/runtime ## Try the bot against a Discord on this machine: no token, no internet
	$(BIN)/python -m bot demo

run: .venv/runtime ## Run the bot with the settings of .env
	$(BIN)/python -m bot run

test: .venv/dev ## Run all tests
	$(BIN)/pytest -q -n auto

test-postgres: .venv/dev ## The same with the bot on PostgreSQL, from the Python packages; takes about twice as long
	$(BIN)/pytest -q -n auto --engine postgres

soak: .venv/dev ## A simulated year of 200 servers, with processes killed at bad moments
	$(BIN)/python -m tests.soak

long-run: .venv/dev ## An hour with 20 messages a second and faults of all kinds: nothing lost, nothing left over
	$(BIN)/python -m tests.long_run

shards: .venv/dev ## 2,500 servers over four processes in real time, one of them killed and replaced
	$(BIN)/python -m tests.shards

bench: .venv/dev ## Take the README's figures on this machine, beside a bare bot
	$(BIN)/python -m benchmarks

growth: .venv/dev ## Measure and draw how costs grow with servers and papers
	$(BIN)/python -m benchmarks --growth

check: .venv/dev ## Style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/dev ## Put into style what can be put by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/dev ## Write the tables of docs/commands.md from the commands
	$(BIN)/python -m tests.command_page

pictures: .venv/dev ## Take the README's pictures again
	$(BIN)/pytest -q tests/page/test_pictures.py --pictures docs/pictures

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header --no-strip-extras

lock: .venv/dev ## Choose the newest allowed version of every package again
	$(LOCK) --extra postgres --output-file requirements.lock
	$(LOCK) --all-extras --constraints requirements.lock --output-file requirements-dev.lock

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@
