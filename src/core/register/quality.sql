-- version 1: why a row passed though a check warned

CREATE TABLE quality_reason(
    id INTEGER PRIMARY KEY,
    noun TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    check_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    UNIQUE(noun, row_id, check_id)
);

-- version 2: what the row said when the reason was written, as a digest under a key

ALTER TABLE quality_reason ADD COLUMN digest TEXT;
