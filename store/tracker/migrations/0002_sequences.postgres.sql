-- +goose Up
-- Tables whose rows are numbered, and the search index: each database says this
-- in its own words. The other file of this number must hold the same columns.

CREATE TABLE outbox (
  seq  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id   TEXT NOT NULL UNIQUE,
  task BOOLEAN NOT NULL,
  at   BIGINT NOT NULL,
  sent BOOLEAN NOT NULL DEFAULT FALSE,
  body TEXT NOT NULL
);
CREATE INDEX outbox_pending ON outbox (seq) WHERE NOT sent;

CREATE TABLE records (
  seq            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version        TEXT NOT NULL,
  ruleset        BIGINT NOT NULL,
  document       TEXT NOT NULL,
  n              BIGINT NOT NULL,
  current        BOOLEAN NOT NULL,
  work           TEXT NOT NULL,
  source         TEXT NOT NULL,
  title          TEXT NOT NULL,
  squeezed       TEXT NOT NULL,
  number         TEXT NOT NULL,
  class          TEXT NOT NULL,
  level          TEXT NOT NULL,
  region         TEXT NOT NULL,
  subject_region TEXT NOT NULL,
  published      TEXT NOT NULL,
  climate        BOOLEAN NOT NULL,
  review         BOOLEAN NOT NULL,
  body           TEXT NOT NULL,
  UNIQUE (version, ruleset)
);
CREATE INDEX records_by_document ON records (document, n, ruleset);
CREATE INDEX records_by_work ON records (work);
CREATE INDEX records_by_number ON records (number);
CREATE INDEX records_by_date ON records (published, seq) WHERE current;

CREATE TABLE record_facets (
  facet TEXT NOT NULL,
  value TEXT NOT NULL,
  seq   BIGINT NOT NULL,
  PRIMARY KEY (facet, value, seq)
);
CREATE INDEX record_facets_by_record ON record_facets (seq);

-- Holds the words of current records, every Han character apart. A tsvector
-- keeps positions up to 16383 only, so a long text takes several rows.
CREATE TABLE record_search (
  rowid BIGINT NOT NULL,
  words TSVECTOR NOT NULL
);
CREATE INDEX record_search_rows ON record_search (rowid);
CREATE INDEX record_search_words ON record_search USING GIN (words);

CREATE TABLE dead_letters (
  id       TEXT PRIMARY KEY,
  stream   TEXT NOT NULL,
  subject  TEXT NOT NULL,
  reason   TEXT NOT NULL,
  at       BIGINT NOT NULL,
  replayed BIGINT NOT NULL DEFAULT 0,
  data     BYTEA NOT NULL
);
CREATE INDEX dead_letters_by_time ON dead_letters (at);
