# Each target sets up what it needs in .venv and is quick the second time.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: demo test lint bench clean

demo: .venv/.ready
	$(BIN)/python -m tests.towns demo

test: .venv/.ready lint
	sh tests/services.sh
	$(BIN)/python -m pytest -n auto

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.bench
	$(BIN)/python -m benchmarks.crawl

.venv/.ready: pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Fundstelle braucht Python 3.11 oder neuer; gefunden: $(PYTHON)"; exit 2; }
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

.venv/.bench: .venv/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	touch $@

clean:
	rm -rf .venv build dist
