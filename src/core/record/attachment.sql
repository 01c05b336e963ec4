-- version 1: attachments and uploads

CREATE TABLE attachment(
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    type TEXT NOT NULL,
    noun TEXT NOT NULL,
    noun_id INTEGER NOT NULL,
    territory TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    removed_at INTEGER
);
CREATE INDEX attachment_noun ON attachment(noun, noun_id);
CREATE INDEX attachment_digest ON attachment(digest);

CREATE TABLE upload(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT,
    noun TEXT NOT NULL,
    noun_id INTEGER NOT NULL,
    received INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    attachment_id INTEGER
);
CREATE INDEX upload_user ON upload(created_by, attachment_id);
CREATE INDEX upload_end ON upload(ends_at);
