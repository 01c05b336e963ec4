-- version 1: organs

CREATE TABLE organ(
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    territory TEXT NOT NULL,
    parent_id INTEGER REFERENCES organ(id),
    UNIQUE (territory, name)
);
CREATE INDEX organ_parent ON organ(parent_id);

-- version 2: how the public reaches an organ

ALTER TABLE organ ADD COLUMN contact TEXT;

-- version 3: what a department answers for

ALTER TABLE organ ADD COLUMN duty TEXT;

-- version 4: names in the order of pinyin

ALTER TABLE organ ADD COLUMN _order_name TEXT;
