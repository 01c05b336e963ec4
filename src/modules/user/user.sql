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

-- version 2: two administrators, a second factor that the server made, the last log-in

ALTER TABLE "user" ADD COLUMN totp_offer TEXT;
ALTER TABLE "user" ADD COLUMN logged_at INTEGER;
UPDATE "user" SET logged_at = seen_at WHERE seen_at > made_at;
CREATE TABLE user_request(
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES "user"(id),
    user_version INTEGER NOT NULL,
    kind TEXT NOT NULL CONSTRAINT user_request_kind
        CHECK (kind IN ('password', 'factor', 'seat', 'stop', 'restart')),
    seat TEXT,
    half TEXT,
    state TEXT NOT NULL CONSTRAINT user_request_state
        CHECK (state IN ('open', 'done', 'refused', 'withdrawn', 'replaced')),
    reason TEXT NOT NULL,
    asked_by INTEGER NOT NULL REFERENCES "user"(id),
    asked_seat TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    decided_by INTEGER,
    decided_at INTEGER
);
CREATE INDEX user_request_user ON user_request(user_id, state);

-- version 3: accounts that come by sheet say which seat is asked for; names in the order of pinyin

ALTER TABLE "user" ADD COLUMN asked TEXT;
ALTER TABLE "user" ADD COLUMN _order_name TEXT;
