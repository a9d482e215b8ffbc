-- +goose Up
-- Moments are Unix milliseconds in UTC, 0 for none; dates are YYYY-MM-DD or ''.
-- Column body holds the whole value as JSON; the other columns are what queries
-- ask for, and win over the body where a comment says that they are owned here.

CREATE TABLE sources (
  id           TEXT PRIMARY KEY,
  level        TEXT NOT NULL,
  region       TEXT NOT NULL,
  declared     TEXT NOT NULL,           -- state of the declaration
  ordered      TEXT NOT NULL DEFAULT '',-- state a person set; '' when none did
  ordered_why  TEXT NOT NULL DEFAULT '',
  ordered_at   BIGINT NOT NULL DEFAULT 0,
  health       TEXT NOT NULL,           -- state that the runs add up to
  last_due     BIGINT NOT NULL DEFAULT 0,
  last_run     BIGINT NOT NULL DEFAULT 0,
  last_success BIGINT NOT NULL DEFAULT 0,
  paused_until BIGINT NOT NULL DEFAULT 0,
  body         TEXT NOT NULL
);

CREATE TABLE list_states (
  source TEXT NOT NULL,
  url    TEXT NOT NULL,
  body   TEXT NOT NULL,
  PRIMARY KEY (source, url)
);

CREATE TABLE tasks (
  id       TEXT PRIMARY KEY,
  source   TEXT NOT NULL,
  mode     TEXT NOT NULL,
  started  BIGINT NOT NULL,
  ended    BIGINT NOT NULL,
  outcome  TEXT NOT NULL,
  items    BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  bytes    BIGINT NOT NULL
);
CREATE INDEX tasks_by_end ON tasks (ended, source);

CREATE TABLE runs (
  id      TEXT PRIMARY KEY,
  task    TEXT NOT NULL,
  source  TEXT NOT NULL,
  list    TEXT NOT NULL,
  started BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  body    TEXT NOT NULL
);
CREATE INDEX runs_by_source ON runs (source, started);

CREATE TABLE captures (
  id         TEXT PRIMARY KEY,
  task       TEXT NOT NULL,
  source     TEXT NOT NULL,
  document   TEXT NOT NULL,
  rev        BIGINT NOT NULL,           -- revision of the document that it led to, 0 for none
  fetched_at BIGINT NOT NULL,
  outcome    TEXT NOT NULL,
  blob       TEXT NOT NULL,
  body       TEXT NOT NULL
);
CREATE INDEX captures_by_document ON captures (document, fetched_at);
CREATE INDEX captures_by_source ON captures (source, fetched_at);
CREATE INDEX captures_by_outcome ON captures (outcome);

CREATE TABLE documents (
  id         TEXT PRIMARY KEY,
  source     TEXT NOT NULL,
  parent     TEXT NOT NULL,
  url        TEXT NOT NULL,
  title      TEXT NOT NULL,
  state      TEXT NOT NULL,
  head       TEXT NOT NULL,
  rev        BIGINT NOT NULL,
  visit      TEXT NOT NULL,             -- what the last commit is known by
  next_visit BIGINT NOT NULL,
  last_seen  BIGINT NOT NULL,           -- owned here: lists move it too
  policy     BOOLEAN NOT NULL DEFAULT FALSE, -- owned here: set with the record
  moved_to   TEXT NOT NULL DEFAULT '',       -- owned here: set with the change
  body       TEXT NOT NULL
);
CREATE INDEX documents_due ON documents (source, state, next_visit);
CREATE INDEX documents_by_url ON documents (url);
CREATE INDEX documents_by_parent ON documents (parent);
CREATE INDEX documents_by_head ON documents (head);

CREATE TABLE sightings (
  document TEXT NOT NULL,
  list     TEXT NOT NULL,
  position BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (document, list)
);

CREATE TABLE versions (
  id         TEXT PRIMARY KEY,
  document   TEXT NOT NULL,
  n          BIGINT NOT NULL,           -- counts the versions of the document from 1
  prev       TEXT NOT NULL,
  blob       TEXT NOT NULL,
  fetched_at BIGINT NOT NULL,
  body       TEXT NOT NULL,
  UNIQUE (document, n)
);

CREATE TABLE changes (
  document   TEXT NOT NULL,
  rev        BIGINT NOT NULL,           -- the commit that wrote it
  source     TEXT NOT NULL,
  kind       TEXT NOT NULL,
  to_version TEXT NOT NULL,
  event      TEXT NOT NULL,
  baseline   BOOLEAN NOT NULL,
  at         BIGINT NOT NULL,
  body       TEXT NOT NULL,
  PRIMARY KEY (document, rev)
);
CREATE INDEX changes_by_time ON changes (at);
CREATE INDEX changes_by_version ON changes (to_version);
CREATE INDEX changes_by_event ON changes (event);
CREATE INDEX changes_by_kind ON changes (kind);

-- Visits that found nothing are only counted, by source: one row for all of
-- them would make every worker of a cluster wait for every other.
CREATE TABLE quiet_visits (
  source TEXT PRIMARY KEY,
  n      BIGINT NOT NULL
);

CREATE TABLE incidents (
  id      TEXT PRIMARY KEY,
  source  TEXT NOT NULL,
  class   TEXT NOT NULL,
  state   TEXT NOT NULL,
  opened  BIGINT NOT NULL,
  body    TEXT NOT NULL
);
CREATE INDEX incidents_by_source ON incidents (source, state);
CREATE INDEX incidents_by_time ON incidents (opened);

CREATE TABLE works (
  id       TEXT PRIMARY KEY,
  number   TEXT NOT NULL,
  squeezed TEXT NOT NULL,               -- title as it is compared
  year     BIGINT NOT NULL,
  body     TEXT NOT NULL
);
CREATE INDEX works_by_number ON works (number);
CREATE INDEX works_by_title ON works (squeezed);

-- A document belongs to one work at a time.
CREATE TABLE work_documents (
  document TEXT PRIMARY KEY,
  work     TEXT NOT NULL,
  n        BIGINT NOT NULL,             -- order of joining
  differs  BOOLEAN NOT NULL
);
CREATE INDEX work_documents_by_work ON work_documents (work, n);

-- The 64-bit SimHash in eight bands: two hashes that differ in at most seven
-- bits share at least one band.
CREATE TABLE work_bands (
  year  BIGINT NOT NULL,
  band  BIGINT NOT NULL,
  value BIGINT NOT NULL,
  work  TEXT NOT NULL,
  PRIMARY KEY (year, band, value, work)
);
CREATE INDEX work_bands_by_work ON work_bands (work);

CREATE TABLE alerts (
  id         TEXT PRIMARY KEY,
  rule       TEXT NOT NULL,
  channel    TEXT NOT NULL,
  once       TEXT NOT NULL,
  source     TEXT NOT NULL,
  state      TEXT NOT NULL,
  attempts   BIGINT NOT NULL,
  repeats    BIGINT NOT NULL,           -- claims after a claim that was never settled
  raised     BIGINT NOT NULL,
  next_try   BIGINT NOT NULL,
  claimed    BIGINT NOT NULL,           -- moment of a claim that is not settled, else 0
  delivered  BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  body       TEXT NOT NULL,
  UNIQUE (rule, channel, once)
);
CREATE INDEX alerts_waiting ON alerts (state, next_try);
CREATE INDEX alerts_by_time ON alerts (raised);
