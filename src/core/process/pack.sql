-- version 1: versions of packs

CREATE TABLE pack_version(
    hash TEXT NOT NULL PRIMARY KEY,
    pack TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    document TEXT NOT NULL,
    added_at INTEGER NOT NULL
);

-- version 2: the label of a version and the day it is valid from

ALTER TABLE pack_version ADD COLUMN label TEXT;
ALTER TABLE pack_version ADD COLUMN valid_from INTEGER;
