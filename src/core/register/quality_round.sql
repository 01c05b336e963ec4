-- version 1: what checks found, one row a check and row, and the rounds that look

CREATE TABLE quality_finding(
    id INTEGER PRIMARY KEY,
    noun TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    check_id TEXT NOT NULL,
    open INTEGER NOT NULL,
    times INTEGER NOT NULL,
    digest TEXT NOT NULL,
    problem TEXT NOT NULL,
    problem_id INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    UNIQUE(noun, row_id, check_id)
);
CREATE INDEX quality_finding_open ON quality_finding(open, id);

CREATE TABLE quality_round(
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    noun TEXT NOT NULL,
    after TEXT,
    since INTEGER,
    acts INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    made INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    ended_at INTEGER
);
