# Each target does all the set-up that it needs. Only relative paths: the folder's name may hold spaces.

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet

# Tests start dozens of Pythons, and without compiled files each would compile all of evalboard for itself.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install run test bench lock browser
.DEFAULT_GOAL := help

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

install: .venv/.installed ## Set up .venv, and do nothing else

run: .venv/.installed ## Show the demo, or your logs: make run LOGS=folder PORT=8050
	@if [ -n "$$LOGS" ]; \
	then exec $(PY) -m app serve $${PORT:+--port "$$PORT"} -- "$$LOGS"; \
	else exec $(PY) -m app demo $${PORT:+--port "$$PORT"}; \
	fi

test: browser .venv/.installed-dev ## Check everything: style, types, imports, tests; EVALBOARD_NO_BROWSER=1 leaves the browser out
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -q -n 2 --dist worksteal

bench: .venv/.installed-dev ## Measure against inspect_ai: make bench, or with only some of its 40 logs: make bench N=4
	$(PY) benchmarks/ingest.py $(if $(N),--logs "$$N")
	$(PY) benchmarks/samples.py

# What is pinned stays, unless you ask: make lock UPGRADE=1
lock: ## Write requirements.lock and requirements-dev.lock from pyproject.toml, with uv
	@uv=$$(command -v uv || command -v .venv/bin/uv) || { echo "make lock needs uv. Install it first: pip install uv" >&2; exit 1; }; \
	set -ex; \
	"$$uv" $(COMPILE) --group dev -o requirements-dev.lock; \
	"$$uv" $(COMPILE) -c requirements-dev.lock -o requirements.lock

COMPILE := pip compile --quiet $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml

# setuptools, which the second line builds with, is in the lock: Dash needs it.
.venv/.installed: requirements.lock pyproject.toml
	@$(make_venv)
	@echo "Installing what evalboard needs into .venv"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	@echo "Installing what the checks need into .venv"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# A .venv that works is kept; one whose Python is gone or does not fit is made again; one that uv made lacks pip.
define make_venv
set -e; \
fits='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'; \
if ! $(PY) -c "$$fits" 2>/dev/null; then \
	python=; without_venv=; \
	for p in $${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do \
		"$$p" -c "$$fits" 2>/dev/null || continue; \
		if "$$p" -c 'import ensurepip, venv' 2>/dev/null; then python=$$p; break; fi; \
		without_venv=$${without_venv:-$$p}; \
	done; \
	if [ -z "$$python" ] && [ -n "$$without_venv" ]; then \
		package=$$("$$without_venv" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		if ! $(may_install) || ! { $(apt_install) "$$package" >/dev/null && "$$without_venv" -c 'import ensurepip' 2>/dev/null; }; then \
			echo "$$without_venv cannot make virtual environments: its modules venv and ensurepip are missing." >&2; \
			echo "On Debian and Ubuntu: sudo apt install $$package. Then run make again." >&2; exit 1; \
		fi; \
		python=$$without_venv; \
	fi; \
	if [ -z "$$python" ]; then \
		echo "evalboard needs Python 3.11 to 3.14, but python3 is $$(python3 --version 2>/dev/null || echo missing)." >&2; \
		echo "Install one, or name it: make install PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	echo "Making .venv with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv; \
fi; \
$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
endef

may_install = { [ "$$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null; }
apt_install = apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends

# The tests look for the same names. The fonts are for Chinese names in logs; Playwright's driver needs libatomic.
browser:
	@if $(may_install) && ! { $(has_browser) && ldconfig -p | grep -q libatomic.so.1; } && [ "$$EVALBOARD_NO_BROWSER" != 1 ]; then \
		echo "Installing what the browser tests need"; \
		{ $(apt_install) libatomic1 $$($(has_browser) || echo chromium fonts-noto-cjk); } >/dev/null; \
	fi; \
	if ! $(has_browser); then \
		echo "The browser tests need Chromium or Chrome, and none was found." >&2; \
		echo "On Debian: sudo apt install chromium fonts-noto-cjk libatomic1. Elsewhere: install Chrome, or set EVALBOARD_CHROMIUM to the program." >&2; \
		echo "To go without: EVALBOARD_NO_BROWSER=1 make test" >&2; exit 1; \
	fi

define has_browser
{ [ "$$EVALBOARD_NO_BROWSER" = 1 ] || [ -n "$$EVALBOARD_CHROMIUM" ] || command -v chromium || command -v chromium-browser \
	|| command -v google-chrome || command -v google-chrome-stable; } >/dev/null
endef
