-- version 1: imports of more rows than one act takes, the rows that wait, and what was refused

CREATE TABLE import(
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    noun TEXT NOT NULL,
    territory TEXT NOT NULL,
    file TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT import_state
        CHECK (state IN ('applying', 'held', 'done', 'ended')),
    total INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    reason_zh TEXT,
    reason_en TEXT,
    job_id INTEGER NOT NULL,
    made_by INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    ended_at INTEGER
);
CREATE INDEX import_noun ON import(noun, ended_at);

CREATE TABLE import_part(
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    count INTEGER NOT NULL,
    changes TEXT NOT NULL
);
CREATE INDEX import_part_import ON import_part(import_id, first_row);

CREATE TABLE import_refusal(
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL,
    line INTEGER,
    field TEXT,
    zh TEXT NOT NULL,
    en TEXT NOT NULL
);
CREATE INDEX import_refusal_import ON import_refusal(import_id, line);
