# make run     everything that Annotator needs, then Annotator itself on http://localhost:8000
# make test    the tests      make check   linters and types      make bench   speed, as ratios
#
# Needs git, make and Python 3.11 or newer. All of it goes into .venv; nothing is installed elsewhere,
# but for Chromium, which the tests drive.

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$name && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
PORT ?= 8000
ARGS ?=

.PHONY: help setup setup-dev run test check bench lock format
help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

# A stamp is newer than what it was made from, so the second time costs nothing.
setup: $(VENV)/.run
setup-dev: $(VENV)/.dev $(VENV)/.chromium

run: setup
	@exec $(PY) -m annotator serve --port $(PORT) $(ARGS)

test: setup-dev
	$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: export ANNOTATOR_HOME := $(CURDIR)/$(VENV)/check-home
check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as main; main()'
	$(PY) -m djlint --lint --quiet templates
	$(VENV)/bin/oxlint --deny-warnings --ignore-pattern 'static/vendor/**' static/js
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	ANNOTATOR_BASE_URL=https://annotator.example $(PY) manage.py check --deploy --fail-level WARNING

bench: setup-dev
	$(PY) -m bench $(ARGS)

format: $(VENV)/.dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

# Choose versions anew within the ranges of pyproject.toml.
lock: $(VENV)/.dev
	$(PIP) install --quiet uv
	$(VENV)/bin/uv pip compile --upgrade --quiet pyproject.toml -o requirements/run.txt \
		--generate-hashes --universal --no-header --no-annotate
	$(VENV)/bin/uv pip compile --upgrade --quiet pyproject.toml --group dev -c requirements/run.txt \
		-o requirements/dev.txt --generate-hashes --universal --no-header --no-annotate

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Name it: make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "$(PYTHON) is older than Python 3.11." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "No virtual environment could be made (on Debian: apt install python3-venv)." >&2; exit 1; }
	@touch $@

# The project itself is put on the path rather than built: a .pth with a relative path, and a command.
$(VENV)/.run: $(VENV)/.python requirements/run.txt
	@echo "Installing what Annotator needs into $(VENV) …"
	@$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements/run.txt
	@$(PY) -c 'import pathlib, sysconfig as s; p = pathlib.Path(s.get_path("purelib")); \
		(p / "annotator.pth").write_text("/".join([".."] * len(p.relative_to(pathlib.Path("$(VENV)").resolve().parent).parts)))'
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m annotator "$$@"\n' > $(VENV)/bin/annotator
	@chmod +x $(VENV)/bin/annotator
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Installing what the tests and linters need …"
	@$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

$(VENV)/.chromium: $(VENV)/.dev
	@if command -v chromium-headless-shell || command -v chromium || command -v chromium-browser \
		|| command -v google-chrome; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium, which the tests drive …"; \
		apt-get update -qq; for name in chromium-headless-shell chromium; do \
			apt-get install -y -qq --no-install-recommends $$name fonts-dejavu-core && break; done; \
	else \
		echo "There is no Chromium here; Playwright downloads its own."; \
		$(PY) -m playwright install chromium; \
	fi
	@touch $@
