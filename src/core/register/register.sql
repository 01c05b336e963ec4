-- version 1: registers that packs declare

CREATE TABLE register(
    noun TEXT NOT NULL PRIMARY KEY,
    pack TEXT NOT NULL,
    made_at INTEGER NOT NULL
);
