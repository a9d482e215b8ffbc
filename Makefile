# make test runs everything that decides whether main is good: lint, every test
# under the race detector, every backend required. make quick is the inner loop.
SHELL := /bin/bash
GO ?= go
BIN := $(CURDIR)/bin
LINT_VERSION := v2.15.0
LINT := $(BIN)/golangci-lint-$(LINT_VERSION)
# What the tests need besides Go and gcc, as Debian packages.
PACKAGES := postgresql tesseract-ocr tesseract-ocr-chi-sim poppler-utils chromium python3

.PHONY: test quick lint needs build bench fuzz simulate

test: needs lint
	GOVWATCH_REQUIRE_BACKENDS=1 $(GO) test -race -timeout 20m ./...
	GOGC=400 $(GO) test -timeout 10m -run TestSimulation ./cmd/internal/app
	@if [ -f test/go.mod ]; then cd test && GOVWATCH_REQUIRE_BACKENDS=1 $(GO) test -p 1 -timeout 20m ./...; fi

# quick leaves out lint, the race detector, S3, PostgreSQL and the NATS cluster.
quick:
	@echo "quick: leaves out lint, -race, and the backends of test/ (S3, PostgreSQL, NATS cluster)"
	$(GO) test ./...

lint: $(LINT)
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(LINT) run ./...

$(LINT):
	@mkdir -p $(BIN)
	GOBIN=$(BIN) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(BIN)/golangci-lint $@

needs:
	@./.ci/needs $(PACKAGES)

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(BIN)/govwatch ./cmd/govwatch

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# simulate plays 200 sites for a year and writes docs/SIMULATION.md. On a machine
# that cannot play the year in the time it scores the days it has played.
SIM_LIMIT ?= 15m
simulate:
	$(GO) run ./cmd/govwatch simulate --sites 200 --days 365 --limit=$(SIM_LIMIT) --out docs/SIMULATION.md
