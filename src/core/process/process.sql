-- version 1: runs, desks and acts

CREATE TABLE process_run(
    id INTEGER PRIMARY KEY,
    noun TEXT NOT NULL,
    noun_id INTEGER NOT NULL,
    territory TEXT NOT NULL,
    step TEXT NOT NULL,
    round INTEGER NOT NULL,
    since INTEGER NOT NULL,
    deadline INTEGER,
    started_by INTEGER NOT NULL,
    UNIQUE (noun, noun_id)
);

-- who must act now: one row an organ, gone when the step changes
CREATE TABLE process_desk(
    run_id INTEGER NOT NULL,
    level TEXT NOT NULL,
    organ_kind TEXT NOT NULL,
    seat TEXT NOT NULL,
    signed_at INTEGER,
    PRIMARY KEY (run_id, organ_kind)
);
CREATE INDEX process_desk_who ON process_desk(level, organ_kind, seat, signed_at);

CREATE TABLE process_act(
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL,
    round INTEGER NOT NULL,
    step TEXT NOT NULL,
    to_step TEXT,
    act TEXT NOT NULL CONSTRAINT process_act_kind
        CHECK (act IN ('start', 'forward', 'back', 'withdraw')),
    user_id INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    organ TEXT NOT NULL,
    organ_kind TEXT NOT NULL,
    seat TEXT NOT NULL,
    reason TEXT,
    marks TEXT,
    at INTEGER NOT NULL,
    UNIQUE (run_id, round, act, organ_kind)
);
CREATE INDEX process_act_user ON process_act(user_id, run_id);
-- append-only: process_act

-- version 2: ends, named users' desks, delegation, urging, copies, reminders

ALTER TABLE process_run ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE process_run ADD COLUMN step_zh TEXT NOT NULL DEFAULT '';
ALTER TABLE process_run ADD COLUMN step_en TEXT NOT NULL DEFAULT '';
ALTER TABLE process_run ADD COLUMN remind_at INTEGER;
CREATE INDEX process_run_remind ON process_run(remind_at);

-- user_id: a desk of that user alone, 0 = of the organ; delegate_id: to whom it was handed
DROP INDEX process_desk_who;
CREATE TABLE process_desk_2(
    run_id INTEGER NOT NULL,
    level TEXT NOT NULL,
    organ_kind TEXT NOT NULL,
    seat TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    delegate_id INTEGER,
    signed_at INTEGER,
    PRIMARY KEY (run_id, organ_kind, user_id)
);
INSERT INTO process_desk_2(run_id, level, organ_kind, seat, user_id, signed_at)
    SELECT run_id, level, organ_kind, seat, 0, signed_at FROM process_desk;
DROP TABLE process_desk;
ALTER TABLE process_desk_2 RENAME TO process_desk;
CREATE INDEX process_desk_who ON process_desk(level, organ_kind, seat, signed_at);
CREATE INDEX process_desk_delegate ON process_desk(delegate_id);

-- SQLite cannot change a constraint: the table is made anew, with its rows and numbers
-- sqlite:
CREATE TABLE process_act_2(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL,
    round INTEGER NOT NULL,
    step TEXT NOT NULL,
    to_step TEXT,
    act TEXT NOT NULL CONSTRAINT process_act_kind
        CHECK (act IN ('start', 'forward', 'back', 'withdraw', 'reject', 'pass', 'reopen',
            'delegate', 'urge')),
    user_id INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    organ TEXT NOT NULL,
    organ_kind TEXT NOT NULL,
    seat TEXT NOT NULL,
    reason TEXT,
    marks TEXT,
    at INTEGER NOT NULL
) STRICT;
-- sqlite:
INSERT INTO process_act_2(id, run_id, round, step, to_step, act, user_id, user_name, organ,
    organ_kind, seat, reason, marks, at) SELECT id, run_id, round, step, to_step, act, user_id,
    user_name, organ, organ_kind, seat, reason, marks, at FROM process_act;
-- sqlite:
DROP TABLE process_act;
-- sqlite:
ALTER TABLE process_act_2 RENAME TO process_act;
-- sqlite:
CREATE INDEX process_act_user ON process_act(user_id, run_id);
-- sqlite:
CREATE TRIGGER process_act_no_update BEFORE UPDATE ON process_act
    BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- sqlite:
CREATE TRIGGER process_act_no_delete BEFORE DELETE ON process_act
    BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- pg:
ALTER TABLE process_act DROP CONSTRAINT process_act_kind;
-- pg:
ALTER TABLE process_act ADD CONSTRAINT process_act_kind
    CHECK (act IN ('start', 'forward', 'back', 'withdraw', 'reject', 'pass', 'reopen', 'delegate',
        'urge'));
-- pg:
ALTER TABLE process_act DROP CONSTRAINT process_act_run_id_round_act_organ_kind_key;

-- desk: the user of a desk of his own, else 0; by_noun, by_id: what moved it; to_user: the delegate
ALTER TABLE process_act ADD COLUMN desk INTEGER NOT NULL DEFAULT 0;
ALTER TABLE process_act ADD COLUMN clause TEXT;
ALTER TABLE process_act ADD COLUMN by_noun TEXT;
ALTER TABLE process_act ADD COLUMN by_id INTEGER;
ALTER TABLE process_act ADD COLUMN to_user INTEGER;
ALTER TABLE process_act ADD COLUMN to_name TEXT;
CREATE UNIQUE INDEX process_act_once ON process_act(run_id, round, act, organ_kind, desk)
    WHERE act IN ('start', 'forward', 'back', 'withdraw', 'reject', 'pass', 'reopen');
CREATE INDEX process_act_run ON process_act(run_id, round);

-- who was told that a run came to a step or an end
CREATE TABLE process_copy(
    run_id INTEGER NOT NULL,
    round INTEGER NOT NULL,
    level TEXT NOT NULL,
    organ_kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (run_id, round, level, organ_kind)
);
CREATE INDEX process_copy_who ON process_copy(level, organ_kind, run_id);

-- reminders that were sent: once for each round
CREATE TABLE process_notice(
    run_id INTEGER NOT NULL,
    round INTEGER NOT NULL,
    kind TEXT NOT NULL CONSTRAINT process_notice_kind CHECK (kind IN ('soon', 'overdue')),
    at INTEGER NOT NULL,
    PRIMARY KEY (run_id, round, kind)
);

-- version 3: the role that the run's step plays, which lists ask for, whatever packs call it

ALTER TABLE process_run ADD COLUMN role TEXT NOT NULL DEFAULT '';
UPDATE process_run SET role = noun || '.' || step;

-- version 4: desks of departments by their duty, and of an organ that the record itself names

CREATE TABLE process_desk_3(
    run_id INTEGER NOT NULL,
    level TEXT NOT NULL,
    organ_kind TEXT NOT NULL,
    duty TEXT NOT NULL DEFAULT '',
    seat TEXT NOT NULL,
    organ_id INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL,
    delegate_id INTEGER,
    signed_at INTEGER,
    PRIMARY KEY (run_id, level, organ_kind, duty, seat, organ_id, user_id)
);
INSERT INTO process_desk_3(run_id, level, organ_kind, seat, user_id, delegate_id, signed_at)
    SELECT run_id, level, organ_kind, seat, user_id, delegate_id, signed_at FROM process_desk;
DROP TABLE process_desk;
ALTER TABLE process_desk_3 RENAME TO process_desk;
CREATE INDEX process_desk_who ON process_desk(level, organ_kind, seat, signed_at);
CREATE INDEX process_desk_delegate ON process_desk(delegate_id);
CREATE INDEX process_run_since ON process_run(noun, since);
