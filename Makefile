# make forecast     forecast the weather; ARGS="--data my.csv" for anything else
# make test         every test on TensorFlow; BACKEND=jax for the other backend,
#                   JOBS=1 for one process, ARGS=tests/layers for a part
# make lint         what ruff and mypy have to say
# make tutorials    run every tutorial; KERAS_RNN_QUICK=1 shortens them, and
#                   make -j2 --output-sync tutorials runs two at a time
# make benchmarks   the measurements of the README
# make clean        remove the environment and what was made
#
# Each target makes or renews .venv when it must.

PYTHON ?= python3
BACKEND ?= tensorflow
ARGS ?=
JOBS ?= 2
BIN := .venv/bin

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --compile

TUTORIALS := $(wildcard tutorials/*.py)

.PHONY: forecast test lint tutorials benchmarks clean $(TUTORIALS)
.DELETE_ON_ERROR:

forecast: .venv/run-ready
	@$(BIN)/python -m keras_rnn forecast $(ARGS)

test: .venv/dev-ready
	@KERAS_BACKEND=$(BACKEND) $(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadfile $(ARGS)

lint: .venv/dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

tutorials: $(TUTORIALS)

$(TUTORIALS): .venv/run-ready
	@echo "== $@"; $(BIN)/python $@

benchmarks: .venv/dev-ready
	@for script in benchmarks/*.py; do \
		echo "== $$script"; $(BIN)/python $$script || exit 1; \
	done

# An environment that was cut off half-made is made anew: the marks come last.
.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "keras_rnn needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making .venv; the first time takes a few minutes ..."
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/run-ready: .venv/made requirements.txt pyproject.toml
	@$(INSTALL) -r requirements.txt
	@$(INSTALL) --no-deps --editable .
	@touch $@

.venv/dev-ready: .venv/run-ready requirements-dev.txt
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .mypy_cache build dist *.egg-info output tutorials/output
