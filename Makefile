# `make demo` and `make test` work on a bare machine with Python 3.11, its venv module and a network for packages.
PYTHON ?= python3
PORT ?= 5000
FUZZ ?= 600
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)
PINS := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
SCANNER_PINS := uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade
POT := translations/messages.pot
EXTRACT := $(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k _l --add-location=file --sort-by-file --no-wrap \
	--project=jirga --version=1 --copyright-holder=- --msgid-bugs-address=-
.DEFAULT_GOAL := demo
.PHONY: demo test check bench nightly format catalogues pins sbom wheel clean

## serve a site filled with real gatherings, in ./instance
demo: .venv/.product $(COMPILED)
	@$(BIN)/jirga demo --port $(PORT)

## every test but the long ones; many of them wait for a disk, so there is one process more than cores
test: .venv/.tests $(COMPILED)
	@$(BIN)/python -m pytest -n $$(($$(nproc) + 1)) --dist worksteal $(ARGS)

## format, lint, types, import contracts, templates, migrations, catalogues
check: .venv/.tests $(COMPILED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint webapp/templates --lint --quiet
	$(BIN)/python -m pytest tests/house/test_migrations.py tests/house/test_catalogues.py

## the long tests: new examples for every parser and form during FUZZ seconds, then all that is marked as long
nightly: .venv/.tests $(COMPILED)
	@failed=0; $(BIN)/python -m pytest -m fuzz --fuzz $(FUZZ) -n $$(nproc) || failed=1; \
		$(BIN)/python -m pytest -m nightly $(ARGS) || failed=1; exit $$failed

## every benchmark, one JSON object a line (an hour, with the machine to itself); one that fails stops no other
bench: .venv/.tests $(COMPILED)
	@failed=; for script in $(wildcard tests/bench/[a-z]*.py); do \
		PYTHONPATH=. $(BIN)/python $$script || failed="$$failed $$script"; done; \
		[ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

## put code and imports in order
format: .venv/.tests
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

## extract the messages and give every catalogue the new ones, empty; nothing is guessed
catalogues: .venv/.tests
	$(EXTRACT) -o $(POT) .
	$(BIN)/pybabel -q update -i $(POT) -d translations --no-fuzzy-matching --no-wrap --ignore-pot-creation-date

## newest versions of all packages, with hashes (needs uv)
pins:
	{ sed '/==/,$$d' requirements.txt; $(PINS) --upgrade pyproject.toml --group build; } > .venv/pins
	mv .venv/pins requirements.txt
	{ sed '/==/,$$d' requirements-dev.txt; $(PINS) --upgrade --group dev -c requirements.txt \
		$$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements.txt | sort -u); } > .venv/pins
	mv .venv/pins requirements-dev.txt
	for pins in build:setuptools sqlmap:sqlmap wapiti:wapiti3; do file=tests/attack/requirements-$${pins%:*}.txt; \
		sed '/==/,$$d' $$file > .venv/pins && { cat .venv/pins; echo $${pins#*:}; } | \
		$(SCANNER_PINS) --no-binary urwid-mitmproxy --no-emit-package urwid-mitmproxy - >> .venv/pins && mv .venv/pins $$file; done

## what the product is made of, as CycloneDX, in dist/sbom.json
sbom: .venv/.tests
	@$(BIN)/python tests/operation/sbom.py dist/sbom.json

wheel: .venv/.product
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis $(COMPILED)

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make: Python 3.11 or newer is needed; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "make: $(PYTHON) cannot make a .venv; run: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.product: requirements.txt pyproject.toml translations/build_hook.py | .venv/.made
	@echo "Installing packages (once, about half a minute)" >&2
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.tests: requirements-dev.txt .venv/.product
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

%.mo: %.po | .venv/.product
	@$(BIN)/pybabel -q compile -l $(word 2,$(subst /, ,$@)) -i $< -o $@
