PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo check coverage test lint format lock words pictures image bench soak mutants clean

help:
	@echo "make demo      show the bot in a browser, on a simulated Discord; no account is needed; LANGUAGE=de, es or fr"
	@echo "make check     run all that a change has to pass: lint and test"
	@echo "make coverage  run all tests, and list what they do not reach in api/ and cogs/"
	@echo "make test      run all tests; ONLY=tests/api for some"
	@echo "make lint      check style and types"
	@echo "make format    put the code in its standard form"
	@echo "make lock      pin the dependencies again"
	@echo "make words     bring cogs/language/locales up to what the code says, and compile it"
	@echo "make pictures  take the pictures of docs/ again"
	@echo "make image     build the container's image, with Docker or what ENGINE names"
	@echo "make bench     measure what is promised to be fast; ONLY=name for one measure"
	@echo "make soak      use the bot 20,000 times with faults among it, and see that nothing grows; COUNT=2000, CACHE=disk"
	@echo "make mutants   change lines that are new since SINCE=HEAD~20, and list what no test notices; MUTANTS=40"
	@echo "make clean     remove what the other targets made"

# Ignore the environment variable of that name, which many systems set.
LANGUAGE_OF_DEMO = $(if $(filter command,$(firstword $(origin LANGUAGE))),$(LANGUAGE),en)

demo: .venv/ready
	@$(BIN)/python bot.py --preview --language $(LANGUAGE_OF_DEMO)

check: lint test

# Measuring the coverage nearly doubles the time of the tests.
coverage: COVERAGE = --cov
coverage: test

# Many tests wait, so more processes than cores are faster.
WORKERS ?= 5

test: .venv/ready
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(COVERAGE) $(ONLY)

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Bots of other libraries to compare with, each in its own environment.
PEERS := nextcord hikari

LOCK := uv pip compile pyproject.toml --quiet --generate-hashes --universal --no-annotate \
	--python-version 3.11 --custom-compile-command "make lock"

lock: .venv/ready
	$(BIN)/$(LOCK) --output-file requirements.txt
	$(BIN)/$(LOCK) --extra preview --extra dev --constraint requirements.txt \
		--output-file requirements-dev.txt
	for peer in $(PEERS); do echo $$peer | $(BIN)/uv pip compile - --quiet --generate-hashes --universal \
		--no-annotate --python-version 3.11 --custom-compile-command "make lock" \
		--output-file benchmarks/peers/requirements-$$peer.txt; done
	echo cosmic-ray | $(BIN)/uv pip compile - --quiet --generate-hashes --universal --no-annotate \
		--python-version 3.11 --custom-compile-command "make lock" \
		--output-file tools/mutants/requirements.txt

words: .venv/ready
	$(BIN)/python -m tools.translations

pictures: .venv/ready
	$(BIN)/python -m preview.screenshots docs/pictures

ENGINE ?= docker
IMAGE := astria-packs-bot
VERSION = $(shell sed -n 's/^version = "\(.*\)"$$/\1/p' pyproject.toml)

image:
	$(ENGINE) build --tag $(IMAGE):$(VERSION) --tag $(IMAGE):latest \
		--build-arg VERSION=$(VERSION) --build-arg REVISION=$$(git rev-parse HEAD) .

.venv/peers/%/ready: benchmarks/peers/requirements-%.txt .venv/ready
	$(PYTHON) -m venv .venv/peers/$*
	.venv/peers/$*/bin/python -m pip install --quiet --require-hashes --no-deps --requirement $<
	@touch $@

bench: .venv/ready $(PEERS:%=.venv/peers/%/ready)
	$(BIN)/python -m benchmarks $(ONLY)

COUNT ?= 20000
CACHE ?= mem

soak: .venv/ready
	$(BIN)/python -m benchmarks.soak $(COUNT) --cache $(CACHE)

.venv/mutants/ready: tools/mutants/requirements.txt .venv/ready
	$(PYTHON) -m venv .venv/mutants
	.venv/mutants/bin/python -m pip install --quiet --require-hashes --no-deps --requirement $<
	@touch $@

SINCE ?= HEAD~20
MUTANTS ?= 40
SESSION := session.sqlite

# In a clone, as the code is changed in place. Uncommitted changes are not tested.
mutants: .venv/ready .venv/mutants/ready
	rm -rf build/mutants
	git clone --quiet . build/mutants
	ln -s $(CURDIR)/.venv build/mutants/.venv
	cd build/mutants && PATH="$(CURDIR)/.venv/mutants/bin:$$PATH" && \
		sed 's/@SINCE@/$(shell git rev-parse $(SINCE))/' tools/mutants/mutants.toml > mutants.toml && \
		cosmic-ray init mutants.toml $(SESSION) && \
		cr-filter-git --config mutants.toml $(SESSION) && \
		cr-filter-operators $(SESSION) mutants.toml && \
		python tools/mutants/sample.py --count $(MUTANTS) $(SESSION) && \
		cosmic-ray baseline mutants.toml && \
		cosmic-ray exec mutants.toml $(SESSION) && \
		cr-report --show-diff --surviving-only $(SESSION)

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .coverage build

# The lock is complete. If an older pip resolves dependencies, it fails at newer releases of locked ones.
.venv/ready: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement requirements-dev.txt
	@$(BIN)/python -m pip check
	@touch $@
