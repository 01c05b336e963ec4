-- version 1: divisions with validity, aliases and mergers

CREATE TABLE region(
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT NOT NULL,
    functional INTEGER NOT NULL,
    valid_from INTEGER,
    valid_to INTEGER,
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (code, valid_from)
);
CREATE INDEX region_parent ON region(parent, code);
CREATE INDEX region_short ON region(short);

CREATE TABLE region_alias(
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short TEXT NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (code, name)
);
CREATE INDEX region_alias_short ON region_alias(short);

CREATE TABLE region_merger(
    id INTEGER PRIMARY KEY,
    from_code TEXT NOT NULL,
    into_code TEXT NOT NULL,
    day INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX region_merger_from ON region_merger(from_code);
-- append-only: region_merger

-- version 2: what finds a division by a part of its name or of an alias (store/grams.h)

CREATE TABLE region_gram(
    gram INTEGER NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (gram, code)
);

-- version 3: where a city stands on the board's sketch

CREATE TABLE region_tile(
    code TEXT PRIMARY KEY,
    across INTEGER NOT NULL,
    down INTEGER NOT NULL
);

-- version 4: what was merged into a division from beyond its border, by the digits that both share (store/reach.c)

CREATE INDEX region_merger_shared ON region_merger(
    (CASE WHEN substr(from_code, 1, 9) = substr(into_code, 1, 9) THEN 9 WHEN substr(from_code, 1, 6) = substr(into_code, 1, 6) THEN 6 WHEN substr(from_code, 1, 4) = substr(into_code, 1, 4) THEN 4 WHEN substr(from_code, 1, 2) = substr(into_code, 1, 2) THEN 2 ELSE 0 END),
    into_code, day, from_code);
