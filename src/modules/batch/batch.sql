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

-- version 2: the places of the quota, each held by one zone

-- code: a county, whose place a zone holds from leaving it, or a city, whose place it holds once it
-- is reported; number counts from 1 to the quota. The key makes it one zone to a place, however
-- many are sent at once.
CREATE TABLE batch_place(
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    code TEXT NOT NULL,
    number INTEGER NOT NULL,
    zone_id INTEGER NOT NULL,
    PRIMARY KEY (batch_id, code, number),
    UNIQUE (zone_id, code)
);

-- version 3: whose places the county of a place's zone uses, and of which entries that was told

ALTER TABLE batch_place ADD COLUMN area TEXT;
ALTER TABLE batch_place ADD COLUMN told TEXT;
