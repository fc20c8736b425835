# make help lists what is here. Everything works from a fresh clone on a
# machine with Go; PostgreSQL is installed when it is missing and may be.

.DEFAULT_GOAL := help
SHELL := /bin/sh
GO ?= go
LINT := $(GO) tool -modfile=tools/go.mod golangci-lint

# Packages in which goroutines meet: the race detector makes tests several
# times slower, so it runs where it can find something.
RACE := ./channel/... ./delivery/... ./line/... ./templating/... ./worker/...

# The comparison of template engines is a module of its own, so that the other
# engines are no dependencies of ours.
ENGINES := cd bench/templates && $(GO)

# Packages whose tests know -update.
GOLDEN = $(shell grep -rl --include='*_test.go' 'flag.Bool."update"' . | xargs -n1 dirname | sort -u)

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

.PHONY: demo
demo: ## run the whole product on a LINE simulator; ARGS=--exit ends after the report
	@scripts/ensure-postgres
	@$(GO) run ./cmd/linecast demo $(ARGS)

# Most tests wait for others: more of them at a time than there are processors.
AT_ONCE = -p 4 -parallel 8

.PHONY: test
test: ## run all tests on a PostgreSQL of their own
	@scripts/ensure-postgres --tests
	@scripts/ensure-chromium
	$(GO) test $(AT_ONCE) ./...
	$(ENGINES) test ./...

.PHONY: check
check: lint test race ## run everything that CI runs

.PHONY: lint
lint: ## gofmt, go vet and golangci-lint
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	 if [ -n "$$unformatted" ]; then echo "not gofmt'ed:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(ENGINES) vet ./...
	$(LINT) run

.PHONY: race
race: ## run the tests of concurrent packages under the race detector
	@scripts/ensure-postgres --tests
	@scripts/ensure-chromium
	$(GO) test -race $(RACE)

.PHONY: bench
bench: ## measure the engine against its limits; ARGS go to it
	@scripts/ensure-postgres
	$(GO) run ./bench $(ARGS)

.PHONY: soak
soak: build ## kill workers, PostgreSQL and the API under campaigns and count who got what; ARGS=--short is half a minute
	@scripts/ensure-postgres
	$(GO) run ./bench/soak $(ARGS)

.PHONY: update
update: ## write the golden files anew; read the difference before you commit
	@scripts/ensure-postgres --tests
	$(GO) test $(GOLDEN) -update

.PHONY: migration
migration: ## name=add_something makes the next pair of migration files
	@scripts/new-migration "$(name)"

.PHONY: build
build: ## build bin/linecast
	$(GO) build -o bin/linecast ./cmd/linecast

.PHONY: run
run: ## serve on :8080 with the settings of the environment; see docs/settings.md
	$(GO) run ./cmd/linecast serve $(ARGS)
