# One command each. Everything is set up on first use; nothing outside this folder is touched.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS := never
# Tests start some hundred interpreters: each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
READY := .venv/ready
CHARTS := src/duxue/web/static/duxue/build/charts.js
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
say = @printf '%s\n' '==> $(1)'

.PHONY: help demo screens test browser postgresql check format bench charts docs lock clean

help: ## Show this list.
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /make \1|/' | column -t -s '|'

demo: $(READY) $(CHARTS) ## Evaluate the demo data into build/demo, then open the site until Ctrl-C (DEMO_SERVE=0: check it and end).
	$(call say,demo: computing build/demo)
	@$(BIN)/duxue demo --out build/demo --site

screens: $(READY) $(CHARTS) browser ## Take pictures of the site's pages into build/screens (after make demo; needs Chromium).
	$(call say,screens: build/screens)
	@$(BIN)/python -m tools.screens

test: check $(CHARTS) browser ## Run every check, then every test.
	$(call say,test: pytest)
	@$(ON_TWO)
	$(call say,test: the site on PostgreSQL)
	@DUXUE_TEST_POSTGRESQL=$$(mktemp -d) $(ON_TWO) $(ON_POSTGRESQL)

postgresql: $(READY) ## Run all that asks the database on PostgreSQL (make test runs there what writes most).
	$(call say,postgresql: pytest)
	@DUXUE_TEST_POSTGRESQL=$$(mktemp -d) $(ON_TWO) tests/web --ignore tests/web/design --ignore tests/web/operations

# In the order of tests/conftest.py, whole files to each process.
ON_TWO := $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder
# What reads and writes most, once more on the other database.
ON_POSTGRESQL := $(addprefix tests/web/,common audit orgs jobs rounds rectification inspections joins)

check: $(READY) ## Format, lint, types, room contracts, fresh reference pages.
	$(call say,check: format)
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo 'mend with: make format'; exit 1; }
	$(call say,check: lint)
	@$(BIN)/ruff check --quiet .
	$(call say,check: types)
	@$(BIN)/mypy --no-error-summary
	$(call say,check: rooms)
	@$(BIN)/lint-imports --no-logo
	$(call say,check: reference pages)
	@$(BIN)/python -m tools.docs --check

format: $(READY) ## Format the code and mend what the linter can mend.
	$(call say,format)
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

bench: $(READY) ## Run the benchmarks, each beside its rival (FULL=1: the site at its full size, an hour more).
	$(call say,bench)
	@$(BIN)/python -m bench $(if $(FULL),--full)

charts: $(CHARTS) ## Build the charts of the site (needs Node.js; the site has tables without).

docs: $(READY) ## Regenerate docs/reference.
	$(call say,docs: docs/reference)
	@$(BIN)/python -m tools.docs

# Tests and pictures drive a browser. On Debian, as root, it is installed; elsewhere each test says how.
browser: $(READY)
	@if ! $(BIN)/python -m tools.chromium && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo '==> setup: Chromium, from Debian'; \
		mkdir -p build; { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-headless-shell fonts-noto-cjk; } \
			>build/browser.log 2>&1 || tail -3 build/browser.log; \
	fi

# The lock comes from uv, in an environment of its own, so that it is the same whoever makes it.
lock: ## Resolve requirements/*.txt anew; pins that fit stay (UPGRADE=1: the newest allowed versions).
	$(call say,lock: requirements/)
	@$(find_python) -m venv build/lock
	@build/lock/bin/python -m pip install --quiet 'uv>=0.9,<1'
	@build/lock/bin/python -m tools.lock build/lock/bin/uv $(if $(UPGRADE),--upgrade)

clean: ## Remove everything that make made.
	$(call say,clean)
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf frontend/node_modules src/duxue/web/static/duxue/build
	@find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# Prints the first interpreter that runs and is new enough; PYTHON=... overrides the list.
find_python = $$(for p in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; exit; }; done; \
	echo 'Duxue needs Python 3.11 or newer: set PYTHON=/path/to/python3' >&2; echo false)

# The stamp is newer than what it was made from, so a second run starts at once. uv is faster where it is present and
# reaches an index; pip, which may know a mirror that uv does not, does the rest.
LOCKED := --require-hashes -r requirements/dev.txt
$(READY): requirements/dev.txt pyproject.toml
	$(call say,setup: .venv from requirements/dev.txt)
	@rm -rf .venv
	@$(find_python) -m venv .venv
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python $(LOCKED) || true; fi
	@$(PIP) $(LOCKED)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# Charts are a comfort: without Node.js, or without its packages, one line says so and every chart is its table. A build
# that fails is a fault of ours and stops.
NODE_OK := process.exit(+(process.versions.node.split(".").map(Number).reduce((v, n) => v * 1000 + n) < 20019000))
$(CHARTS): frontend/package-lock.json frontend/package.json frontend/vite.config.js $(shell find frontend/src -type f)
	$(call say,setup: charts of the site)
	@if ! command -v npm >/dev/null || ! node -e '$(NODE_OK)'; then \
		echo 'no charts: Node.js 20.19 or newer with npm is missing (https://nodejs.org); then: make charts'; \
	elif ! npm ci --prefix frontend --no-audit --no-fund --loglevel=error >/dev/null; then \
		echo 'no charts: npm could not fetch its packages (see above); when it can: make charts'; \
	else npm run --silent build --prefix frontend; fi
