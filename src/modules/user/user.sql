-- version 1: users

CREATE TABLE "user"(
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    account TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    organ_id INTEGER NOT NULL REFERENCES organ(id),
    seat TEXT,
    phone TEXT,
    state TEXT NOT NULL CONSTRAINT user_state CHECK (state IN ('waiting', 'active', 'stopped')),
    must_change INTEGER NOT NULL,
    totp TEXT,
    totp_step INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    CONSTRAINT user_seat CHECK (state <> 'active' OR seat IS NOT NULL)
);
CREATE INDEX user_organ ON "user"(organ_id);
