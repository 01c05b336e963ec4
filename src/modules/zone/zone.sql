-- version 1: zones, dossiers, evidence

CREATE TABLE zone(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    county TEXT NOT NULL,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    pack TEXT NOT NULL,
    villages INTEGER,
    projects INTEGER,
    transitional INTEGER,
    integrated INTEGER,
    not_met INTEGER NOT NULL,
    undetermined INTEGER NOT NULL,
    exceptions INTEGER NOT NULL,
    hints INTEGER NOT NULL,
    met INTEGER NOT NULL,
    blocking INTEGER NOT NULL,
    sent_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (batch_id, county, name)
);
CREATE INDEX zone_county ON zone(county);

-- the dossier as saved last; version counts the saves
CREATE TABLE zone_dossier(
    zone_id INTEGER NOT NULL PRIMARY KEY REFERENCES zone(id),
    version INTEGER NOT NULL,
    dossier TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    saved_by INTEGER NOT NULL,
    saved_name TEXT NOT NULL
);

-- the dossier and its check as they stood at each act of the process
CREATE TABLE zone_snapshot(
    id INTEGER PRIMARY KEY,
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    version INTEGER NOT NULL,
    act TEXT NOT NULL,
    step TEXT NOT NULL,
    dossier TEXT NOT NULL,
    result TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX zone_snapshot_zone ON zone_snapshot(zone_id, id);
-- append-only: zone_snapshot

CREATE TABLE zone_village(
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    code TEXT NOT NULL,
    PRIMARY KEY (zone_id, code)
);
CREATE INDEX zone_village_code ON zone_village(code);

-- what stands behind a yes: date, document number, attachment
CREATE TABLE zone_evidence(
    id INTEGER PRIMARY KEY,
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    item TEXT NOT NULL,
    day INTEGER,
    document TEXT,
    attachment_id INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (zone_id, item)
);

-- version 2: runs of zones are called by their names

UPDATE process_run SET title = (SELECT name FROM zone WHERE zone.id = process_run.noun_id)
    WHERE noun = 'zone' AND title = ''
    AND EXISTS (SELECT 1 FROM zone WHERE zone.id = process_run.noun_id);

-- version 3: names in the order of pinyin

ALTER TABLE zone ADD COLUMN _order_name TEXT;
