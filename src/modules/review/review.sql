-- version 1: rounds, sheets, blind copies, defence

CREATE TABLE review_round(
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    part TEXT NOT NULL CONSTRAINT review_part CHECK (part IN ('paper', 'defence')),
    opens_at INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    sealed_at INTEGER,
    PRIMARY KEY (batch_id, part)
);

-- what experts call a zone; drawn at random, so that nothing follows from it
CREATE TABLE review_alias(
    zone_id INTEGER NOT NULL PRIMARY KEY REFERENCES zone(id),
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    alias TEXT NOT NULL,
    UNIQUE (batch_id, alias)
);

CREATE TABLE review_sheet(
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    expert_id INTEGER NOT NULL REFERENCES expert(id),
    part TEXT NOT NULL CONSTRAINT sheet_part CHECK (part IN ('paper', 'defence')),
    state TEXT NOT NULL CONSTRAINT sheet_state CHECK (state IN ('open', 'submitted', 'recused')),
    note TEXT,
    submitted_at INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (zone_id, expert_id, part)
);
CREATE INDEX review_sheet_batch ON review_sheet(batch_id, part);
CREATE INDEX review_sheet_expert ON review_sheet(expert_id);

-- points in 1/100 分; NULL: a reason without points yet
CREATE TABLE review_score(
    sheet_id INTEGER NOT NULL REFERENCES review_sheet(id),
    item TEXT NOT NULL,
    points INTEGER CONSTRAINT score_points CHECK (points >= 0),
    reason TEXT,
    PRIMARY KEY (sheet_id, item)
);

CREATE TABLE review_copy(
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    item TEXT NOT NULL,
    attachment_id INTEGER NOT NULL REFERENCES attachment(id),
    PRIMARY KEY (zone_id, item)
);

CREATE TABLE defence_session(
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    starts_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT session_state CHECK (state IN ('planned', 'ordered', 'done')),
    version INTEGER NOT NULL
);
CREATE INDEX defence_session_batch ON defence_session(batch_id);

CREATE TABLE defence_slot(
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES defence_session(id),
    zone_id INTEGER NOT NULL UNIQUE REFERENCES zone(id),
    position INTEGER NOT NULL,
    planned_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    recording_id INTEGER REFERENCES attachment(id),
    note TEXT,
    version INTEGER NOT NULL,
    UNIQUE (session_id, position)
);
