# Everything runs in .venv, which each target makes by itself. PYTHON names the Python to make it with.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run demo semantic test bench bench-polling bench-parse bench-once bench-many bench-levels bench-soak bench-workers lint format lock clean

help:
	@echo "make run            start the service on indicators.yaml; the pages are at http://127.0.0.1:8000/"
	@echo "make demo           the same on bundled sample news, offline"
	@echo "make semantic       install the optional model that keeps doubtful stories apart"
	@echo "make test           run every test"
	@echo "make bench          measure matching and stories beside others; see bench/README.md"
	@echo "make bench-polling  poll 20,000 times while faults rotate: memory, files, lateness"
	@echo "make bench-parse    measure reading feeds beside other parsers"
	@echo "make bench-once     measure a round over 1,000 feeds beside other readers"
	@echo "make bench-many     measure the service on 10,000 feeds"
	@echo "make bench-levels   measure levels and silences on made-up boards"
	@echo "make bench-soak     run the service for half an hour while faults rotate: what grows, is lost, or told twice"
	@echo "make bench-workers  measure many workers on one PostgreSQL, one of them killed and stopped"
	@echo "make lint           format, lint, types, direction of imports"

# What the service needs, with versions and hashes as locked.
$(VENV)/run.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Fetching what the service needs into $(VENV): a minute or two, and only this once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# What the tests need besides.
$(VENV)/test.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# The optional reading of meanings, for stories.
$(VENV)/semantic.stamp: requirements-semantic.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-semantic.txt
	@touch $@

semantic: $(VENV)/semantic.stamp

# What our engines are measured against.
$(VENV)/bench.stamp: requirements-bench.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

run: $(VENV)/run.stamp
	@$(BIN)/monitor run $(ARGS)

demo: $(VENV)/run.stamp
	@$(BIN)/monitor demo $(ARGS)

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n auto $(ARGS)

bench: $(VENV)/bench.stamp
	$(BIN)/python -m bench.match $(ARGS)
	$(BIN)/python -m bench.stories

bench-polling: $(VENV)/run.stamp
	$(BIN)/python -m bench.polling $(ARGS)

bench-parse: $(VENV)/bench.stamp
	$(BIN)/python -m bench.parse $(ARGS)

bench-once: $(VENV)/bench.stamp
	$(BIN)/python -m bench.once $(ARGS)

bench-many: $(VENV)/bench.stamp
	$(BIN)/python -m bench.many $(ARGS)

bench-levels: $(VENV)/run.stamp
	$(BIN)/python -m bench.levels $(ARGS)

bench-soak: $(VENV)/test.stamp
	$(BIN)/python -m bench.soak $(ARGS)

bench-workers: $(VENV)/test.stamp
	$(BIN)/python -m bench.workers $(ARGS)
	$(BIN)/python -m bench.lining

lint: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Needs uv; the files it writes name no place that packages come from.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade --extra build pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade --extra build --extra dev pyproject.toml -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade --extra build --extra dev --extra bench pyproject.toml -o requirements-bench.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade --extra build --extra semantic pyproject.toml -o requirements-semantic.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
