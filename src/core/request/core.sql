-- version 1: sessions, audit, settings, jobs, messages, kept answers

CREATE TABLE session(
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    idle_ms INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    must_enrol INTEGER NOT NULL
);
CREATE INDEX session_owner ON session(user_id);

CREATE TABLE password(
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    made_at INTEGER NOT NULL
);
CREATE INDEX password_user ON password(user_id, id);

CREATE TABLE attempt(
    subject TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    until INTEGER NOT NULL
);

CREATE TABLE audit(
    number INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    user_id INTEGER,
    user_name TEXT NOT NULL,
    organ TEXT NOT NULL,
    address TEXT NOT NULL,
    act TEXT NOT NULL,
    act_en TEXT NOT NULL,
    noun TEXT,
    noun_id INTEGER,
    before TEXT,
    after TEXT,
    result TEXT NOT NULL,
    request TEXT NOT NULL,
    mac TEXT NOT NULL
);
CREATE INDEX audit_at ON audit(at);
CREATE INDEX audit_noun ON audit(noun, noun_id);
-- append-only: audit

CREATE TABLE audit_head(
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    chain TEXT NOT NULL,
    mac TEXT NOT NULL
);

CREATE TABLE setting(
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE job(
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id INTEGER,
    state TEXT NOT NULL CONSTRAINT job_state
        CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    progress INTEGER NOT NULL,
    input TEXT NOT NULL,
    result TEXT,
    attempts INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    ended_at INTEGER
);
CREATE INDEX job_state_at ON job(state, lease_until);
CREATE INDEX job_user ON job(user_id, id);

CREATE TABLE message(
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    noun TEXT,
    noun_id INTEGER,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    read_at INTEGER
);
CREATE INDEX message_user ON message(user_id, read_at);

CREATE TABLE answer(
    user_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX answer_at ON answer(made_at);

-- version 2: log-ins that a lock refused

ALTER TABLE attempt ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
