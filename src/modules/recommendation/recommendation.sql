-- version 1: recommendations of the cities, their zones, and the findings of the audit

CREATE TABLE recommendation(
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    city TEXT NOT NULL,
    letter_number TEXT,
    letter_day INTEGER,
    letter_attachment_id INTEGER,
    reported_at INTEGER,
    late INTEGER NOT NULL,
    reopened_at INTEGER,
    reopen_reason TEXT,
    version INTEGER NOT NULL,
    UNIQUE (batch_id, city)
);

-- the candidates in the city's order; a zone is a candidate of one city only
CREATE TABLE recommendation_zone(
    zone_id INTEGER NOT NULL PRIMARY KEY REFERENCES zone(id),
    recommendation_id INTEGER NOT NULL REFERENCES recommendation(id),
    rank INTEGER NOT NULL,
    chosen INTEGER NOT NULL,
    passed_over_reason TEXT
);
CREATE INDEX recommendation_zone_of ON recommendation_zone(recommendation_id, rank);

-- what the city found of a zone, rule by rule
CREATE TABLE recommendation_finding(
    id INTEGER PRIMARY KEY,
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    rule TEXT NOT NULL,
    verdict TEXT NOT NULL,
    finding TEXT,
    user_name TEXT NOT NULL,
    organ TEXT NOT NULL,
    at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (zone_id, rule)
);

-- zones that were above their county before places were kept
INSERT INTO batch_place(batch_id, code, number, zone_id)
    SELECT batch_id, county, row_number() OVER (PARTITION BY batch_id, county ORDER BY id), id
    FROM zone WHERE sent_at IS NOT NULL;

-- version 2: the check of a candidate as it was when the order was decided

ALTER TABLE recommendation_zone ADD COLUMN result TEXT;
