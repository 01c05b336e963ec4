-- version 1: drafts of packs

CREATE TABLE draft(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    territory TEXT NOT NULL,
    base TEXT NOT NULL REFERENCES pack_version(hash),
    state TEXT NOT NULL,
    hash TEXT,
    valid_from INTEGER,
    reason TEXT,
    author_id INTEGER NOT NULL,
    author_name TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    sent_at INTEGER,
    sent_by INTEGER,
    sent_name TEXT,
    sent_organ_id INTEGER,
    sent_seat TEXT,
    approved_at INTEGER,
    approved_by INTEGER,
    approved_name TEXT,
    version INTEGER NOT NULL
);

-- the files in which a draft differs from its base, whole
CREATE TABLE draft_file(
    id INTEGER PRIMARY KEY,
    draft_id INTEGER NOT NULL REFERENCES draft(id),
    path TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (draft_id, path)
);

-- who did what to it
CREATE TABLE draft_edit(
    id INTEGER PRIMARY KEY,
    draft_id INTEGER NOT NULL REFERENCES draft(id),
    at INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    before TEXT,
    after TEXT
);
CREATE INDEX draft_edit_draft ON draft_edit(draft_id, id);
-- append-only: draft_edit
