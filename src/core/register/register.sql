-- version 1: registers that packs declare

CREATE TABLE register(
    noun TEXT NOT NULL PRIMARY KEY,
    pack TEXT NOT NULL,
    made_at INTEGER NOT NULL
);

-- version 2: 1 = its rows have the columns and the runs that this program keeps

ALTER TABLE register ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0;
