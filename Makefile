# The commands of the project.  `make help` lists them.
#
# A machine needs Python >= 3.11 and make; everything else is installed into
# .venv, from the versions in requirements.lock, the first time it is needed.
# Every recipe line stops at its first error and takes make down with it.

SHELL := /bin/sh
.SHELLFLAGS := -euc
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# The interpreter that makes the environment: make install PYTHON=python3.12
PYTHON ?= python3
# Test processes: a number, or auto for one per core.
WORKERS ?= auto
# Passed on to pytest: make test ARGS='-k certified'
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
READY := $(VENV)/.ready

# pip would otherwise end each install with news of itself.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install test test-minimum test-newest test-slow test-survey fuzz fuzz-commands mutants mutants-code test-book lint format types book book-pdf bench figures-data \
	transformers-data verify programs wheel-check lock clean distclean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | \
		while IFS=@ read -r name text; do printf '%-20s %s\n' "$$name" "$$text"; done

install: $(READY) ## make the environment in .venv

# The stamp is older than either file as soon as what has to be installed changes.
$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "icl_theory needs Python >= 3.11, and $(PYTHON) is not: make install PYTHON=..." >&2; \
		exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $@

test: $(READY) ## the fast tests
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

# Each in an environment of its own: the lower bounds that pyproject.toml declares, and the newest
# Python on the machine with the newest versions that it allows.
test-minimum: .venv-minimum/.ready ## the fast tests, with the oldest versions that are allowed
	.venv-minimum/bin/python -m pytest -n $(WORKERS) $(ARGS)

test-newest: .venv-newest/.ready ## the fast tests, with the newest Python here and the newest versions
	.venv-newest/bin/python -m pytest -n $(WORKERS) $(ARGS)

.venv-minimum/.ready: pyproject.toml | $(READY)
	$(UV) venv --quiet --clear --python $(BIN)/python $(@D)
	$(UV) pip install --quiet --python $(@D) --resolution lowest-direct --editable '.[test]'
	@touch $@

.venv-newest/.ready: pyproject.toml | $(READY)
	$(UV) venv --quiet --clear --python $$($(BIN)/python .ci/newest_python.py) $(@D)
	$(UV) pip install --quiet --python $(@D) --upgrade --editable '.[test]'
	$(@D)/bin/python --version
	@touch $@

test-slow: $(READY) ## the tests that take longer
	$(BIN)/python -m pytest -n $(WORKERS) -m "slow and not browser and not survey" $(ARGS)

test-survey: $(READY) ## the tests that corrupt formulas and statements: half an hour and more
	$(BIN)/python -m pytest -n $(WORKERS) -m survey $(ARGS)

# Calls of each public function with arguments of every kind; the same calls each time.
CALLS ?= 10000
fuzz: $(READY) ## try public functions with ten thousand inputs each: hours; make fuzz CALLS=1000
	ICL_FUZZ=$(CALLS) $(BIN)/python -m pytest -n $(WORKERS) tests/fuzz $(ARGS)

fuzz-commands: $(READY) ## try a thousand command lines: ten minutes
	ICL_FUZZ_COMMANDS=1000 $(BIN)/python -m pytest -n $(WORKERS) -m slow tests/fuzz/test_command_lines.py $(ARGS)

mutants: $(READY) ## corrupt every formula and count what is noticed: a quarter of an hour
	$(BIN)/icl-theory verify --mutants $(ARGS)

# In a copy of the repository; what was tried is kept in results/mutants.
mutants-code: $(READY) ## change the code of folders, count what their tests notice: ARGS="limits --sample 30"
	$(BIN)/python -m tests.mutants.run $(ARGS)

test-book: book ## open every page of the book in Chromium
	$(BIN)/python -m pytest -n $(WORKERS) -m browser tests/book tests/figures $(ARGS)

lint: $(READY) ## style and likely bugs
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(READY) ## rewrite files in the house style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(READY) ## types of the public API
	$(BIN)/mypy

book: $(READY) ## execute and render the book into book/_build/html
	$(BIN)/python book/tools/build.py

book-pdf: book ## print the whole book as one PDF, book/_build/pdf/book.pdf, with Chromium
	$(BIN)/python book/tools/pdf.py

bench: $(READY) ## benchmarks
	$(BIN)/python -m benchmarks $(ARGS)

# Runs are kept in results/figures.sqlite: what was stopped goes on where it was.
figures-data: $(READY) ## simulate the points of figures 1, 2 and 4 again: an hour or two; resumes
	$(BIN)/python -m icl_theory.figures.compute $(ARGS)

# Runs and checkpoints are kept in results/transformers.sqlite: the same. What is quick comes first.
transformers-data: $(READY) ## train the models of figures 5 and 6 again: several hours; resumes
	$(BIN)/python -m icl_theory.figures.trained $(ARGS)

verify: $(READY) ## prove every claim
	$(BIN)/icl-theory verify $(ARGS)

programs: $(READY) ## write the compiled formulas of float64 anew
	$(BIN)/python -m icl_theory.evaluate.generate

wheel-check: $(READY) ## build the wheel and use it outside the checkout
	$(BIN)/python .ci/wheel_check.py

# uv resolves for all platforms and Python versions at once; "fewest" keeps one
# version of a package for all of them wherever there is one.
lock: ## resolve requirements.lock anew
	tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	$(PYTHON) -m venv "$$tmp/venv"; \
	"$$tmp/venv/bin/pip" install --quiet uv; \
	"$$tmp/venv/bin/uv" pip compile --quiet --upgrade --universal --fork-strategy fewest \
		--python-version 3.11 --all-extras --no-annotate \
		--custom-compile-command "make lock" \
		--output-file requirements.lock pyproject.toml

clean: ## remove what was built
	rm -rf book/_build build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

distclean: clean ## remove the environment too
	rm -rf $(VENV) .venv-minimum .venv-newest
