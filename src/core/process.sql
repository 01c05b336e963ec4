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
