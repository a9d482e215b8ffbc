-- +goose Up
-- What a capture was made for (list, detail, attachment, robots): a robots.txt is
-- fetched again after a restart, so it is told apart from what was looked for.
ALTER TABLE captures ADD COLUMN role TEXT NOT NULL DEFAULT '';
