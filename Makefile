# make forecast     forecast the weather; ARGS="--data my.csv" for anything else
# make test         every test on TensorFlow; BACKEND=jax for the other backend,
#                   JOBS=1 for one process, ARGS=tests/layers for a part
# make test-lowest  a fast part of the tests on the lowest versions of pyproject.toml
# make test-nightly the tests of the layers on the Keras of last night, on JAX
# make coverage     which lines of the package the last test run with --cov ran
# make lint         what ruff and mypy have to say
# make tutorials    run every tutorial; KERAS_RNN_QUICK=1 shortens them, and
#                   make -j2 --output-sync tutorials runs two at a time
# make explorer     bundle the explorer's pages into build/site/explorer
# make explorer-models  train the networks of these pages anew
# make test-explorer    open and drive the pages in Chromium (node, npm and chromium)
# make measure-explorer what a step of each page costs, in Chromium
# make notebooks    run the tutorials that changed, in full, into notebooks/; ONLY=name
# make site         build the static site into build/site; nothing is run for it
# make test-site    open every page of it in Chromium
# make benchmarks   the measurements of the README
# make clean        remove the environment and what was made
#
# Each target makes or renews .venv when it must.

PYTHON ?= python3
BACKEND ?= tensorflow
ARGS ?=
ONLY ?=
JOBS ?= 2
BIN := .venv/bin

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --compile
UV := $(BIN)/uv pip install --quiet

# A fast part of the tests that concerns what changed between the versions: reading with
# pandas, layers, attention and search on Keras, saved models, scores, a forecaster.
LOWEST := tests/datasets/tables/test_table.py tests/datasets/series/test_weather.py \
	tests/layers/test_layer_norm_lstm.py tests/layers/test_peephole_lstm.py \
	tests/architectures/test_encoder_decoder.py tests/decoding/test_greedy.py \
	tests/forecasting/test_sampling.py tests/forecasting/test_windows.py \
	tests/forecasting/test_forecaster.py tests/test_saved_classes.py \
	tests/reference/test_lstm.py tests/cli/test_backend.py tests/test_optional.py

# What the tests of a file share is made in one process; the long files come first.
SHARED = --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder

TUTORIALS := $(wildcard tutorials/*.py)

.PHONY: forecast test test-lowest test-nightly coverage lint tutorials notebooks \
	explorer explorer-models test-explorer measure-explorer site test-site benchmarks clean $(TUTORIALS)
.DELETE_ON_ERROR:

forecast: .venv/run-ready
	@$(BIN)/python -m keras_rnn forecast $(ARGS)

test: .venv/dev-ready
	@KERAS_BACKEND=$(BACKEND) $(BIN)/python -m pytest $(SHARED) $(ARGS)

# Old releases warn of what newer ones of others have deprecated.
test-lowest: .venv-lowest/ready
	@KERAS_BACKEND=$(BACKEND) .venv-lowest/bin/python -m pytest $(SHARED) \
		-W ignore::DeprecationWarning $(or $(ARGS),$(LOWEST))

test-nightly: .venv-nightly/ready
	@$(UV) --python .venv-nightly --upgrade-package keras-nightly keras-nightly
	@KERAS_BACKEND=jax .venv-nightly/bin/python -m pytest $(SHARED) \
		$(or $(ARGS),tests/layers)

# The least run files, and the sum of all.
coverage: .venv/dev-ready
	@$(BIN)/coverage report --sort=cover | sed -n '1,22p;$$p'

lint: .venv/dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

tutorials: $(TUTORIALS)

$(TUTORIALS): .venv/run-ready
	@echo "== $@"; $(BIN)/python $@

# Of Python's own library alone.
explorer:
	@$(PYTHON) explorer/build.py build/site/explorer

explorer-models: .venv/run-ready
	@$(BIN)/python explorer/models/train.py $(ARGS)

test-explorer: explorer build/browser/ready
	@EXPLORER_TOOLS=build/browser EXPLORER_PAGES=build/site/explorer \
		node --test explorer/tests/networks.test.js explorer/tests/browser.test.js

measure-explorer: explorer build/browser/ready
	@EXPLORER_TOOLS=build/browser EXPLORER_PAGES=build/site/explorer node explorer/measure.js

build/browser/ready:
	@command -v chromium >/dev/null || [ -n "$$CHROMIUM" ] || { \
		echo "Install chromium (apt-get install chromium), or name one: CHROMIUM=..."; exit 1; }
	@npm install --prefix build/browser --silent --no-audit --no-fund puppeteer-core@25 axe-core@4
	@touch $@

# The minutes measured stand in the notebooks, and docs/notebooks.md lists them.
notebooks: .venv-site/run-ready
	@.venv-site/bin/python site/run_notebooks.py $(ONLY)
	@.venv-site/bin/python site/notebook_table.py

site: .venv-site/ready
	@.venv-site/bin/python site/build.py

test-site: .venv-site/ready
	@command -v chromium chromedriver > /dev/null || \
		$(if $(filter-out 0,$(shell id -u)),sudo) apt-get install --yes --quiet chromium chromium-driver
	@test -f build/site/index.html || $(MAKE) site
	@.venv-site/bin/python site/test_browser.py $(ARGS)

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
	@touch $@

.venv/dev-ready: .venv/run-ready requirements-dev.txt
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

# Of wheels alone, so that the lowest versions are those that were built for this Python.
.venv-lowest/ready: .venv/dev-ready pyproject.toml
	@echo "Making .venv-lowest ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-lowest
	@$(UV) --python .venv-lowest --resolution lowest-direct --only-binary :all: \
		--no-binary keras-rnn --editable '.[tensorflow,jax,all]'
	@$(UV) --python .venv-lowest pytest pytest-xdist hypothesis seqeval
	@touch $@

# keras-nightly brings the same files as keras, which is therefore left out.
.venv-nightly/ready: .venv/dev-ready pyproject.toml
	@echo "Making .venv-nightly ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-nightly
	@echo 'keras; python_version < "3"' > .venv-nightly/without-keras.txt
	@$(UV) --python .venv-nightly --overrides .venv-nightly/without-keras.txt \
		--editable '.[jax,all]' keras-nightly pytest pytest-xdist hypothesis seqeval
	@touch $@

# The site reads sources and needs neither Keras nor a backend; running notebooks does.
.venv-site/ready: requirements-site.txt
	@test -x .venv-site/bin/python || $(PYTHON) -m venv .venv-site
	@.venv-site/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement requirements-site.txt
	@touch $@

.venv-site/run-ready: .venv-site/ready requirements.txt pyproject.toml
	@.venv-site/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement requirements.txt
	@touch $@

clean:
	rm -rf .venv .venv-site .venv-lowest .venv-nightly .mypy_cache build dist *.egg-info output tutorials/output
