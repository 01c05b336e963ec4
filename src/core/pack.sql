-- version 1: versions of packs

CREATE TABLE pack_version(
    hash TEXT NOT NULL PRIMARY KEY,
    pack TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    document TEXT NOT NULL,
    added_at INTEGER NOT NULL
);
