# 清源 Qingyuan. `make demo` and `make test` work on a bare Debian with Python 3.11, make and git.

PYTHON := .venv/bin/python
PYTEST_ARGS ?=
SERVE ?= 1
PORT ?=
JSON ?=

# Compiled modules are kept whatever this machine has set (containers often forbid them): without them each start compiles
# all that it imports, and a night of 38 listings takes 33 s of CPU where it takes 16; the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test lint unit format bench lock bootstrap

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: ## a small market on loopback, the whole path over it, then the console (SERVE=0: only the table; PORT=…; JSON=1)
	@scripts/bootstrap demo
	@$(PYTHON) -m qingyuan demo $(if $(filter 0 no,$(SERVE)),--no-serve) $(if $(PORT),--port $(PORT)) $(if $(JSON),--json)

test: ## everything CI runs: ruff, mypy, pytest (PYTEST_ARGS='tests/domain -x' for a part)
	@scripts/bootstrap test
	@$(MAKE) --no-print-directory lint unit

lint: ## ruff and mypy --strict
	@scripts/bootstrap demo
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

unit: # the tests alone, without bootstrap: two workers, tests of one group (a real Elasticsearch) on the same one
	$(PYTHON) -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

format: ## let ruff lay out the code
	@scripts/bootstrap demo
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: ## the table of stage, ours, peer, ratio (ONLY='crawl search' for a part)
	@scripts/bootstrap demo
	@$(PYTHON) -m bench $(ONLY)

bootstrap: ## bring what this machine lacks, for demo and tests, and nothing else
	@scripts/bootstrap test

lock: ## choose the newest allowed versions and write requirements.lock
	@scripts/bootstrap demo
	$$(command -v uv || echo .cache/bootstrap/uv/bin/uv) pip compile --upgrade --universal --generate-hashes --no-header \
		--quiet --group dev --extra ocr pyproject.toml --output-file requirements.lock
