# Springhead's tasks. `make` alone prints them. Python 3.11+ and make are all that is needed: the first call makes .venv.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
STAMP := .venv/.springhead-installed

# Airflow starts `airflow` and the kernels' cache by name: the environment's own programs come first. Bytecode is cached, for without
# it every `import airflow` costs two seconds more.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/include:$(CURDIR)/plugins:$(CURDIR)
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help install run kafka kafka-stop cluster cluster-stop consume test test-unit test-cluster faults check lint audit bench faker-coverage faker-index faker-grammars fidelity schema lock dist clean

help:  ## print these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

install: $(STAMP)  ## make the environment in .venv (the other targets do so when they need it)

# The lock's content decides, so a warm call costs nothing. uv comes by pip, once: installing it is no step of the user's.
$(STAMP): requirements.lock Makefile
	@command -v $(PYTHON) >/dev/null || { echo "error: no $(PYTHON) here. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("error: Springhead needs Python 3.11 or newer; $(PYTHON) is %d.%d. Name another one: make PYTHON=python3.12" % v[:2])'
	@echo "environment: .venv (a minute or two the first time)"
	@test -x $(BIN)/python && $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || $(PYTHON) -m venv --clear .venv \
	  || { echo "error: $(PYTHON) -m venv failed. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@test "$$($(BIN)/uv --version 2>/dev/null | cut -d' ' -f2)" = "$(UV_VERSION)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') && echo "$(CURDIR)/include" > "$$site/springhead.pth"
	@printf '%s\n' '#!$(CURDIR)/$(BIN)/python' 'from springhead.cli import main' '' 'main()' > $(BIN)/springhead && chmod +x $(BIN)/springhead
	@touch $@

run: $(STAMP)  ## Kafka, Airflow and one batch, end to end; stays up until Ctrl-C (ONCE=1: ends after the batch; RESET=1: connections as in airflow_settings.yaml)
	@$(BIN)/python -m dev.run

kafka: $(STAMP)  ## start Kafka in the background (KAFKA_PORT, default 9092)
	@$(BIN)/python -m dev.kafka start

kafka-stop: $(STAMP)  ## stop the Kafka of `make kafka`
	@$(BIN)/python -m dev.kafka stop

cluster: $(STAMP)  ## Airflow with Celery's workers in the background, on PostgreSQL and Redis (WORKERS, default 2; CONCURRENCY, tasks at a time of each, default 4)
	@$(BIN)/python -m dev.celery_cluster start

cluster-stop: $(STAMP)  ## stop all of `make cluster`
	@$(BIN)/python -m dev.celery_cluster stop

consume: $(STAMP)  ## print a topic from its beginning: make consume TOPIC=second_topic
	@$(BIN)/python -m dev.consume

test: check  ## everything that CI runs: check and all tests but those of `make test-cluster`
	@$(BIN)/python -m dev.archive
	@$(BIN)/python -m pytest -m "not workers" --numprocesses 3 --dist loadscope --no-loadscope-reorder --durations 15

test-unit: $(STAMP)  ## the tests that need neither Java nor Kafka, but for slow ones
	@$(BIN)/python -m pytest tests/unit --numprocesses 2 -m "not slow" --hypothesis-profile quick

test-cluster: $(STAMP)  ## `make cluster` at work: parts on both workers, workers that are killed and told to end, a backfill of 24 intervals
	@$(BIN)/python -m pytest tests/cluster --durations 10

SEEDS ?= 1000
faults: $(STAMP)  ## random faults: SEEDS (default 1000) schedules on a real broker, each followed by one attempt that must find or publish every record once
	@$(BIN)/python -m tests.faults.campaign --seeds $(SEEDS)

check: lint  ## lint, types, direction of imports
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lint: $(STAMP)  ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

# --strict: what cannot be looked up is a failure, not a green answer.
audit: $(STAMP)  ## known vulnerabilities of what requirements.lock pins, by the advisories of the Python Package Index (needs a way to it)
	@$(BIN)/uv tool run pip-audit==2.10.1 --strict --disable-pip --require-hashes --progress-spinner off -r requirements.lock

bench: $(STAMP)  ## DAG parsing, a task, generation, publishing beside other programs, the ledger: rows in bench/results.csv, bars in bench/results.svg
	@$(BIN)/python -m bench.parsing
	@$(BIN)/python -m bench.task
	@$(BIN)/python -m bench.generation
	@$(BIN)/python -m bench.faults
	@$(BIN)/python -m bench.language
	@$(BIN)/python -m bench.cost
	@$(BIN)/python -m bench.publish
	@$(BIN)/python -m bench.ledger
	@$(BIN)/python -m bench.scaling
	@$(BIN)/python -m bench.chart

faker-coverage: $(STAMP)  ## which of Faker's methods are compiled, vectorised, pooled: docs/faker.csv, docs/faker.md (ten minutes)
	@$(BIN)/python -m dev.faker_coverage

faker-index: $(STAMP)  ## the names of Faker's methods, locales and arguments, for DAG parsing: include/springhead/faker_index.json
	@$(BIN)/python -m dev.faker_index

faker-grammars: $(STAMP)  ## what Faker's usual methods are compiled to, as it comes with the engine: include/springhead/faker_grammars.zip (five minutes)
	@$(BIN)/python -m dev.faker_grammars

fidelity: $(STAMP)  ## compare the values of all compiled and vectorised methods with Faker's own (VALUES, default 100000: two hours the first time, then minutes)
	@$(BIN)/python -m dev.fidelity
	@$(BIN)/python -m dev.replay

schema: $(STAMP)  ## write what follows from the language's models: its JSON Schema, and the guide's table of kinds
	@$(BIN)/python -m dev.language

lock: $(STAMP)  ## resolve anew: requirements.lock and the list of Kafka's jars
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes requirements-dev.txt -o requirements.lock
	@$(BIN)/python -m dev.jars

dist: $(STAMP)  ## build the wheel, for any Airflow from 3.1 on: dist/springhead-*.whl (docs/install.md)
	@$(BIN)/python -m hatchling build -t wheel

clean: ## remove the environment, the local stack's data and all caches
	@if [ -f .local/cluster/keeper.json ] && [ -x $(BIN)/python ]; then $(BIN)/python -m dev.celery_cluster stop; fi
	@if [ -f .local/kafka/broker.json ] && [ -x $(BIN)/python ]; then $(BIN)/python -m dev.kafka stop; fi
	@rm -rf .venv .local dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
