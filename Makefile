python = .venv/bin/python

# How many processes share the tests; a file of tests stays with one, and so do its servers.
workers = 2
pytest = $(python) -m pytest -q -n $(workers) --dist loadfile --no-loadscope-reorder

# Create the environment once, and again when the list of requirements changes.
.venv/run: requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: requirements.txt requirements-s3.txt requirements-spark.txt requirements-dev.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ .venv/run

# Build the snapshot from the exports and serve the dashboard on this machine only.
run: .venv/run
	.venv/bin/streamlit run dashboard.py --server.address 127.0.0.1

# Format, lint, types, SQL style, layers, and all tests that need nothing but Python.
check: .venv/dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/sqlfluff lint --disable-progress-bar kpis
	.venv/bin/lint-imports
	$(pytest) -m "not browser and not services and not documents"

# Everything: the browser, the servers and the office programs too. What waits for other programs
# may wait in vain on a busy machine, so it is tried twice; the second tries are listed.
test: check programs
	$(pytest) --reruns 1 -rR -m "browser or services or documents"

# All questions of all KPIs against the naive reading, of ten thousand organisations.
agreement: .venv/dev
	SCORECARD_AGREEMENT_SIZES=10000 $(python) -m pytest -q tests/test_agreement.py -k at_size

# Ratios of our own work to floors and peers, into bench/results.json.
bench: .venv/dev programs
	$(python) -m bench

# What takes longer: a million organisations, how far a process can be asked, the peers.
bench-large: .venv/dev programs
	$(python) -m bench --large

# The pictures of all screens, which the README and docs/screens.md show.
pictures: .venv/dev programs
	$(python) -m tests.screens

# What tests need besides Python, from the system's packages, the provider of identities that they
# sign in with, and the rules that they hold pages to. RUNLEVEL keeps Debian from starting the servers that it installs.
packages = chromium postgresql poppler-utils libreoffice-impress-nogui libreoffice-writer-nogui \
	libreoffice-calc-nogui fonts-dejavu-core fonts-liberation nginx openjdk-17-jre-headless \
	openssl systemd
install = RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
installed = node_modules/.package-lock.json
programs: tests/provider/$(installed) tests/axe/$(installed)
	@dpkg -s $(packages) >/dev/null 2>&1 || { apt-get update -qq && \
	$(install) $(packages) >/dev/null; }

tests/%/$(installed): tests/%/package-lock.json
	@command -v npm >/dev/null || { apt-get update -qq && $(install) npm >/dev/null; }
	npm ci --prefix tests/$* --no-audit --no-fund --loglevel=error
	touch $@

.PHONY: run check test agreement bench bench-large pictures programs
