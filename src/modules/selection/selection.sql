-- version 1: selection

-- one a batch; places and budget begin with the pack's and may be lowered or raised for the year
CREATE TABLE selection(
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL UNIQUE REFERENCES batch(id),
    places INTEGER NOT NULL,
    budget INTEGER NOT NULL,
    ranked_at INTEGER,
    opened_at INTEGER NOT NULL,
    version INTEGER NOT NULL
);

-- the form check: one sheet a zone, one row an item of the pack
CREATE TABLE form_sheet(
    zone_id INTEGER NOT NULL PRIMARY KEY REFERENCES zone(id),
    version INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    saved_name TEXT NOT NULL
);
CREATE TABLE form_check(
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    item TEXT NOT NULL,
    ok INTEGER,
    note TEXT,
    PRIMARY KEY (zone_id, item)
);

CREATE TABLE exception_decision(
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    rule TEXT NOT NULL,
    granted INTEGER NOT NULL,
    reason TEXT NOT NULL,
    user_name TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (zone_id, rule)
);

CREATE TABLE site_visit(
    id INTEGER PRIMARY KEY,
    zone_id INTEGER NOT NULL UNIQUE REFERENCES zone(id),
    day INTEGER,
    team TEXT,
    state TEXT NOT NULL CONSTRAINT site_visit_state CHECK (state IN ('planned', 'done')),
    version INTEGER NOT NULL
);
CREATE TABLE site_finding(
    visit_id INTEGER NOT NULL REFERENCES site_visit(id),
    item TEXT NOT NULL,
    points INTEGER,
    note TEXT,
    PRIMARY KEY (visit_id, item)
);
-- WGS-84, in units of 1e-7 degree; accuracy in metres
CREATE TABLE site_photo(
    id INTEGER PRIMARY KEY,
    visit_id INTEGER NOT NULL REFERENCES site_visit(id),
    item TEXT NOT NULL,
    attachment_id INTEGER NOT NULL,
    longitude INTEGER,
    latitude INTEGER,
    accuracy INTEGER,
    taken_at INTEGER,
    UNIQUE (visit_id, attachment_id)
);

-- micro-points, as they stood when the ranking was made
CREATE TABLE ranking(
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    paper INTEGER NOT NULL,
    defence INTEGER NOT NULL,
    site INTEGER NOT NULL,
    total INTEGER NOT NULL,
    place INTEGER NOT NULL,
    arithmetic TEXT NOT NULL,
    PRIMARY KEY (batch_id, zone_id),
    UNIQUE (batch_id, place)
);

CREATE TABLE disqualification(
    zone_id INTEGER NOT NULL PRIMARY KEY REFERENCES zone(id),
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    clause TEXT NOT NULL,
    reason TEXT NOT NULL,
    step TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    at INTEGER NOT NULL
);
-- append-only: disqualification

CREATE TABLE determination(
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL CONSTRAINT determination_state
        CHECK (state IN ('proposed', 'signed', 'withdrawn')),
    hash TEXT NOT NULL,
    content TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (batch_id, number)
);
CREATE TABLE determination_zone(
    determination_id INTEGER NOT NULL REFERENCES determination(id),
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    outcome TEXT NOT NULL CONSTRAINT determination_outcome
        CHECK (outcome IN ('selected', 'not_selected')),
    place INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    clause TEXT,
    reason TEXT,
    PRIMARY KEY (determination_id, zone_id)
);
CREATE INDEX determination_zone_zone ON determination_zone(zone_id);
-- append-only: determination_zone

-- what the determination gives, in 分; the ledger posts it
CREATE TABLE allotment(
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    level TEXT NOT NULL,
    amount INTEGER NOT NULL CONSTRAINT allotment_amount CHECK (amount > 0),
    clause TEXT NOT NULL,
    determination_id INTEGER NOT NULL REFERENCES determination(id),
    state TEXT NOT NULL CONSTRAINT allotment_state CHECK (state IN ('draft', 'reversed')),
    reason TEXT,
    UNIQUE (zone_id, level)
);

-- content is what the public page shows, and its SHA-256
CREATE TABLE publication(
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    kind TEXT NOT NULL CONSTRAINT publication_kind
        CHECK (kind IN ('list', 'correction', 'final')),
    starts_on INTEGER NOT NULL,
    ends_on INTEGER NOT NULL,
    content TEXT NOT NULL,
    hash TEXT NOT NULL,
    published_at INTEGER NOT NULL
);
CREATE INDEX publication_batch ON publication(batch_id, id);
-- append-only: publication

-- token: of the form, so that one form is one objection; peer: keyed digest of the address
CREATE TABLE objection(
    id INTEGER PRIMARY KEY,
    publication_id INTEGER NOT NULL REFERENCES publication(id),
    zone_id INTEGER REFERENCES zone(id),
    receipt TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL UNIQUE,
    peer TEXT NOT NULL,
    name TEXT,
    contact TEXT,
    grounds TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT objection_state CHECK (state IN ('open', 'answered')),
    answer TEXT,
    upheld INTEGER,
    at INTEGER NOT NULL,
    answered_at INTEGER,
    version INTEGER NOT NULL
);
CREATE INDEX objection_publication ON objection(publication_id, state);
CREATE INDEX objection_peer ON objection(peer, at);
