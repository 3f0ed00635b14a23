# Every task of the project; `make` lists them. The same targets run on a desk and in CI.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
LOCKS := packaging/locks

.PHONY: help install run demo test test-core test-kills test-window test-desktop test-soak sim soak fuzz bench mutants check format lock package clean

help:  ## list the tasks
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(VENV)/.installed  ## make .venv with the locked dependencies and the ctpanel command

run: system-run install  ## open the panel on the paper exchange; without a display, show a demo
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then $(BIN)/ctpanel --paper; \
	else $(BIN)/ctpanel demo --out build/demo; fi

test: system-test develop test-core test-kills sim test-window test-soak test-desktop  ## install what is missing, run every test

test-core: develop  ## everything that has no window, where Qt cannot even be imported
	$(BIN)/pytest tests/unit tests/contracts -p no:pytest-qt --without-qt

test-window: develop  ## the window, offscreen
	$(BIN)/pytest tests/ui

test-desktop: develop  ## the installed program on a real X server, with a real credential store
	$(BIN)/pytest tests/e2e -p no:pytest-qt

test-kills: develop  ## SIGKILL at every step of real processes, and what is true afterwards
	$(BIN)/pytest tests/kills -p no:pytest-qt --without-qt

sim: develop  ## ten thousand simulated reversals of each profile, by seed
	$(BIN)/pytest tests/sim -p no:pytest-qt --without-qt

test-soak: system-test develop  ## two minutes of the soak, and that it notices leaks
	$(BIN)/pytest tests/soak -p no:pytest-qt -o faulthandler_timeout=300

soak: system-test develop  ## twenty minutes of the panel under quotes while its link is cut every 30 s
	$(BIN)/python -m tests.soak.run

fuzz: $(VENV)/.fuzzing  ## ten minutes of made-up bytes for every parser (Linux); build/fuzz
	$(BIN)/python -m tests.fuzz.run

mutants: develop  ## change each line that must not be wrong, and see that a test notices (long)
	nice $(BIN)/python -m tests.mutants.run $(MODULES)

bench: system-test develop  ## measure the panel beside scripts and bare clients; build/bench.json
	$(BIN)/python -m tests.benchmarks.run

check: develop  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	for system in win32 darwin; do $(BIN)/mypy --platform $$system ctpanel/hotkeys/choose.py || exit; done
	$(BIN)/lint-imports

format: develop  ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  ## renew the hash-pinned locks from pyproject.toml (needs uv)
	packaging/lock.sh

package: system-package  ## build the one-folder program for this system and run its self-test
	packaging/build.sh

clean:  ## remove everything that was made here
	rm -rf $(VENV) build dist

# --- what the tasks stand on --------------------------------------------------------------------

.PHONY: system-run system-test system-package develop

system-run:
	@packaging/linux/system.sh run $(PYTHON)

system-test:
	@packaging/linux/system.sh test $(PYTHON)

system-package:
	@packaging/linux/system.sh package $(PYTHON)

develop: $(VENV)/.developed

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ctpanel needs Python 3.11 or later; say which with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python $(LOCKS)/install.txt pyproject.toml
	$(PIP) install --require-hashes --only-binary :all: -r $(LOCKS)/install.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developed: $(VENV)/.installed $(LOCKS)/dev.txt
	$(PIP) install --require-hashes --only-binary :all: -r $(LOCKS)/dev.txt
	@touch $@

$(VENV)/.fuzzing: $(VENV)/.developed $(LOCKS)/fuzz.txt
	$(PIP) install --require-hashes --only-binary :all: -r $(LOCKS)/fuzz.txt
	@touch $@
