-- version 1: batches and their tables

CREATE TABLE batch(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    year INTEGER NOT NULL,
    pack TEXT NOT NULL,
    state TEXT NOT NULL,
    deadline INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    version INTEGER NOT NULL
);

-- key counties, Yellow River counties, region classes, arranged areas, forbidden uses
CREATE TABLE batch_entry(
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    value TEXT NOT NULL,
    document TEXT NOT NULL,
    valid_from INTEGER,
    valid_to INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (batch_id, kind, code, value)
);
CREATE INDEX batch_entry_code ON batch_entry(code, kind);
