# Millrace's build. `make` alone lists the targets; the README needs two of them: `make run` and `make test`.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS   += --no-print-directory

GO     ?= go
BIN    := bin/millrace
DATA   ?= ./.millrace
LISTEN ?= 127.0.0.1:8470
# Packages whose tests run side by side. Each e2e package starts servers of its own, so this bounds memory as well.
PARALLEL ?= 2

# Everything fetched (libraries, servers for the tests, tools) lies here and outlives `make clean`.
export MILLRACE_CACHE ?= $(HOME)/.cache/millrace

# What the binary says about itself. The commit's own date, not the clock, so that the same commit gives the same bytes.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null)
DATE    ?= $(shell git show -s --format=%cI HEAD 2>/dev/null)
LDFLAGS := -s -w \
	-X millrace/server/version.version=$(VERSION) \
	-X millrace/server/version.commit=$(COMMIT) \
	-X millrace/server/version.date=$(DATE)

GOLANGCI_VERSION := v2.15.0
GOLANGCI         := $(MILLRACE_CACHE)/bin/golangci-lint-$(GOLANGCI_VERSION)/golangci-lint

# The race detector needs a C compiler. CI has one or fails; elsewhere the same tests run without the detector.
RACE := $(if $(or $(CI),$(shell command -v $(or $(CC),cc) 2>/dev/null)),yes)
# Tests against real servers measure behaviour over time, which the race detector's tenfold cost would distort.
SLOW := ^millrace/(server/e2e|bench)(/|$$)
# A browser is two busy processes beside a server and a Kafka: it has the machine for itself.
BROWSER := ^millrace/server/e2e/browser$$

# The tests that hold pages of docs/ to the code; with -update they write them.
PAGES := -count=1 -run '^(TestComponentPages|TestFunctionsPage|TestRowCodes)$$' ./components/all ./models/expr ./server/e2e/docs

.PHONY: help build web run fetch test test-web test-unit test-e2e test-parts check fmt-check lint vet check-generated bench soak generate fmt clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: web ## build bin/millrace with the web application in it
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./server

web: ## build the web application into web/dist
	@build/build-web.sh

run: build ## build, fetch the embedded ClickHouse and serve the demo (DATA=, LISTEN=)
	@build/fetch-chdb.sh || echo "make run: going on without the embedded ClickHouse" >&2
	exec $(BIN) serve --data $(DATA) --listen $(LISTEN) --demo

fetch: ## fetch the embedded ClickHouse into the cache
	build/fetch-chdb.sh

test: build test-parts check-generated test-web test-unit test-e2e ## everything: unit tests under the race detector, then real servers and the browser

test-parts: ## install the servers that the tests run against
	build/install-test-parts.sh

test-unit: ## the packages that need no server, under the race detector where there is a C compiler
ifeq ($(RACE),yes)
	CGO_ENABLED=1 $(GO) test -race -p $(PARALLEL) -timeout 15m $$($(GO) list ./... | grep -Ev '$(SLOW)')
else
	@echo "test-unit: no C compiler, so the race detector is off" >&2
	CGO_ENABLED=0 $(GO) test -p $(PARALLEL) -timeout 15m $$($(GO) list ./... | grep -Ev '$(SLOW)')
endif

test-web: ## type check and unit tests of the web application
	web/packages.sh
	cd web && npm run --silent generate && npm run --silent check

test-e2e: ## the packages that start real servers
	CGO_ENABLED=0 $(GO) test -p $(PARALLEL) -timeout 40m $$($(GO) list ./... | grep -E '$(SLOW)' | grep -v '$(BROWSER)')
	CGO_ENABLED=0 $(GO) test -timeout 40m $$($(GO) list ./... | grep '$(BROWSER)')

check: fmt-check lint vet check-generated test-web ## what to run before every commit: format, lint, vet, generated files, short tests
	CGO_ENABLED=0 $(GO) test -short -p $(PARALLEL) -timeout 5m ./...

fmt-check: $(GOLANGCI) ## fail when a file is not as gofmt and goimports write it
	$(GOLANGCI) fmt --diff

lint: $(GOLANGCI) ## run golangci-lint
	$(GOLANGCI) run

vet: ## run go vet
	CGO_ENABLED=0 $(GO) vet ./...

check-generated: ## fail when committed generated code differs from what its sources give
	build/generate-grammar.sh --check
	CGO_ENABLED=0 $(GO) test $(PAGES)

bench: build test-parts ## the side-by-side benchmarks (FULL=1 for the long ones, JOINS=1 for joins beside Flink)
	$(if $(filter-out 0,$(JOINS)),build/fetch-flink.sh)
	$(GO) run ./bench

soak: build test-parts ## whole matrices instead of pairs, then every fuzz target (FUZZTIME=, 60s each)
	MILLRACE_SOAK=1 CGO_ENABLED=0 $(GO) test -count=1 -p 1 -timeout 6h ./...
	MILLRACE_SOAK=1 build/fuzz.sh

generate: ## write the generated code anew
	build/generate-grammar.sh
	CGO_ENABLED=0 $(GO) test $(PAGES) -args -update
	CGO_ENABLED=0 $(GO) test -count=1 -run '^TestWebKnowsTheAPI$$' ./server/e2e/site -args -update

fmt: $(GOLANGCI) ## format every file
	$(GOLANGCI) fmt

clean: ## remove what was built (the cache and ./.millrace stay)
	rm -rf bin
	find web/dist -mindepth 1 ! -name .gitkeep -delete

# GOFLAGS is emptied so that flags meant for this module do not reach another one's build.
$(GOLANGCI):
	GOFLAGS= CGO_ENABLED=0 GOBIN=$(@D) $(GO) install -trimpath github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
