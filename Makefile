# Each target sets up what it needs in .venv and is quick the second time.
SHELL := /bin/sh
# The first that answers and is new enough; a name on the path alone may be an empty shim.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null && echo "$$name" && break; done)
BIN := .venv/bin

.PHONY: demo test lint messages pictures pictures-desk bench bench-desk bench-fleet chaos eval clean

# APPLY=1 does what is proposed for three rounds, not for one.
demo: .venv/.ready
	$(BIN)/python -m tests.towns $(if $(APPLY),--apply,demo)

test: .venv/.ready lint
	sh tests/services.sh
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Takes what is said into the translations: new texts are added empty, those that are no longer said are taken out.
messages: .venv/.ready
	mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --no-default-keywords \
		--keyword _ --keyword gettext --keyword ngettext:1,2 --keyword amount:2,3 --keyword N_ --keyword capital \
		--no-location --sort-output --omit-header --output-file build/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120 \
		--locale en --input-file build/messages.pot --output-file reports/locales/en.po

# The pictures of the documentation, taken anew from the demonstration.
pictures: demo
	$(BIN)/python -m tests.towns.pictures build/demo

# The same for the desk, on the data of the demonstration.
pictures-desk: demo
	$(BIN)/python -m tests.audit.web.pictures build/demo

bench: .venv/.bench
	$(BIN)/python -m benchmarks.crawl

bench-desk: .venv/.ready
	$(BIN)/python -m benchmarks.desk

# TOWNS=40 is a quick look; the whole takes an hour on two free cores.
bench-fleet: .venv/.ready
	$(BIN)/python -m benchmarks.fleet $(if $(TOWNS),--towns $(TOWNS))

# Does all the harm to audits that they must survive, and prints what became of it.
chaos: .venv/.ready
	sh tests/services.sh
	$(BIN)/python -m tests.chaos

eval: .venv/.bench
	$(BIN)/python -m benchmarks.evaluate

.venv/.ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Fundstelle braucht Python 3.11 bis 3.14; keines davon ist installiert." >&2; exit 2; }
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

.venv/.bench: .venv/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	touch $@

clean:
	rm -rf .venv build dist
