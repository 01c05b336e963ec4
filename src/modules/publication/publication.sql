-- version 1: subjects of every kind

-- subject: 'selection', and subject_id its batch; or the noun of a register, whose rows were listed.
-- SQLite cannot change a constraint: both tables are made anew, with their rows and numbers
-- sqlite:
CREATE TABLE publication_2(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_id INTEGER,
    kind TEXT NOT NULL CONSTRAINT publication_kind
        CHECK (kind IN ('list', 'correction', 'final')),
    starts_on INTEGER NOT NULL,
    ends_on INTEGER NOT NULL,
    content TEXT NOT NULL,
    hash TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT;
-- sqlite:
INSERT INTO publication_2(id, subject_id, kind, starts_on, ends_on, content, hash, published_at)
    SELECT id, batch_id, kind, starts_on, ends_on, content, hash, published_at FROM publication;
-- sqlite:
CREATE TABLE objection_2(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    publication_id INTEGER NOT NULL REFERENCES publication_2(id),
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
) STRICT;
-- sqlite:
INSERT INTO objection_2(id, publication_id, zone_id, receipt, token, peer, name, contact, grounds,
    state, answer, upheld, at, answered_at, version)
    SELECT id, publication_id, zone_id, receipt, token, peer, name, contact, grounds, state, answer,
    upheld, at, answered_at, version FROM objection;
-- sqlite:
DROP TABLE objection;
-- sqlite:
DROP TABLE publication;
-- sqlite:
ALTER TABLE publication_2 RENAME TO publication;
-- sqlite:
ALTER TABLE objection_2 RENAME TO objection;
-- sqlite:
CREATE INDEX objection_publication ON objection(publication_id, state);
-- sqlite:
CREATE INDEX objection_peer ON objection(peer, at);
-- sqlite:
CREATE TRIGGER publication_no_update BEFORE UPDATE ON publication
    BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- sqlite:
CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication
    BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- pg:
ALTER TABLE publication DROP CONSTRAINT publication_batch_id_fkey;
-- pg:
DROP INDEX publication_batch;
-- pg:
ALTER TABLE publication RENAME COLUMN batch_id TO subject_id;
-- pg:
ALTER TABLE publication ALTER COLUMN subject_id DROP NOT NULL;

-- profile: how much of a row is shown; territory: of the organ that published; place: where the
-- paper hangs
ALTER TABLE publication ADD COLUMN subject TEXT NOT NULL DEFAULT 'selection';
ALTER TABLE publication ADD COLUMN profile TEXT;
ALTER TABLE publication ADD COLUMN territory TEXT NOT NULL DEFAULT '';
ALTER TABLE publication ADD COLUMN title TEXT;
ALTER TABLE publication ADD COLUMN place TEXT;
ALTER TABLE publication ADD COLUMN organ TEXT;
ALTER TABLE publication ADD COLUMN user_name TEXT;
ALTER TABLE publication ADD COLUMN row_count INTEGER;
CREATE INDEX publication_subject ON publication(subject, subject_id, id);
CREATE INDEX publication_place ON publication(territory, id);

-- withdrawn before its end, for everybody to see why
CREATE TABLE publication_end(
    publication_id INTEGER NOT NULL PRIMARY KEY REFERENCES publication(id),
    reason TEXT NOT NULL,
    user_name TEXT NOT NULL,
    at INTEGER NOT NULL
);
-- append-only: publication_end

-- item: of the list, where it is no zone, and about what it is called; noted: taken down by whom
ALTER TABLE objection ADD COLUMN item INTEGER;
ALTER TABLE objection ADD COLUMN about TEXT;
ALTER TABLE objection ADD COLUMN noted TEXT;

-- version 2: who withdrew

ALTER TABLE publication_end ADD COLUMN organ TEXT;

-- version 3: by what words guests find what runs; those that ran before get theirs at the start

-- word: '' of all, 'noun:' and the subject, or the number of a bigram; none where it was withdrawn
CREATE TABLE publication_word(
    word TEXT NOT NULL,
    ends_on INTEGER NOT NULL,
    publication_id INTEGER NOT NULL REFERENCES publication(id),
    PRIMARY KEY(word, ends_on, publication_id)
);
CREATE INDEX publication_word_of ON publication_word(publication_id);
CREATE INDEX publication_end_day ON publication(ends_on, id);
