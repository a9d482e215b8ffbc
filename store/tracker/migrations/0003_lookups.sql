-- +goose Up
-- Counting the pages of one source must not pass by those of all others, and a
-- list by region not by the records of all regions.
DROP INDEX documents_by_parent;
CREATE INDEX documents_held ON documents (source, parent);
CREATE INDEX records_by_region ON records (region, published, seq) WHERE current;
