-- version 1: experts, draws, panels

CREATE TABLE expert(
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    field TEXT NOT NULL,
    organ TEXT NOT NULL,
    region TEXT NOT NULL,
    phone TEXT,
    user_id INTEGER UNIQUE,
    state TEXT NOT NULL CONSTRAINT expert_state CHECK (state IN ('active', 'stopped'))
);

-- code: of a county or city its division, of an organ its name, of a zone its number
CREATE TABLE expert_interest(
    id INTEGER PRIMARY KEY,
    expert_id INTEGER NOT NULL REFERENCES expert(id),
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    note TEXT,
    made_at INTEGER NOT NULL,
    made_by INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (expert_id, kind, code)
);

-- pool is what was published; roster names who stands behind its numbers
CREATE TABLE draw(
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    batch_id INTEGER NOT NULL REFERENCES batch(id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL CONSTRAINT draw_state
        CHECK (state IN ('frozen', 'committed', 'revealed', 'void')),
    pool TEXT NOT NULL,
    pool_hash TEXT NOT NULL,
    roster TEXT NOT NULL,
    seats INTEGER NOT NULL,
    substitutes INTEGER NOT NULL,
    frozen_at INTEGER NOT NULL,
    commit_rural TEXT,
    commit_finance TEXT,
    reveal_until INTEGER,
    value_rural TEXT,
    value_finance TEXT,
    seed TEXT,
    made_at INTEGER,
    used_at INTEGER,
    disclosed_at INTEGER,
    void_asked TEXT,
    withheld TEXT,
    reason TEXT,
    UNIQUE (batch_id, number)
);

-- what happened to a draw, in order; the public record
CREATE TABLE draw_event(
    id INTEGER PRIMARY KEY,
    draw_id INTEGER NOT NULL REFERENCES draw(id),
    at INTEGER NOT NULL,
    act TEXT NOT NULL,
    party TEXT NOT NULL,
    number TEXT,
    zone_id INTEGER,
    reason TEXT
);
CREATE INDEX draw_event_draw ON draw_event(draw_id, id);
-- append-only: draw_event

-- the whole order that the seed gives
CREATE TABLE draw_pick(
    draw_id INTEGER NOT NULL REFERENCES draw(id),
    position INTEGER NOT NULL,
    expert_id INTEGER NOT NULL REFERENCES expert(id),
    role TEXT NOT NULL,
    PRIMARY KEY (draw_id, position)
);
-- append-only: draw_pick

-- who sits, and who came in for somebody
CREATE TABLE panel(
    draw_id INTEGER NOT NULL REFERENCES draw(id),
    expert_id INTEGER NOT NULL REFERENCES expert(id),
    role TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT panel_state
        CHECK (state IN ('active', 'recused', 'replaced')),
    reason TEXT,
    PRIMARY KEY (draw_id, expert_id)
);
CREATE INDEX panel_expert ON panel(expert_id);

CREATE TABLE panel_zone(
    draw_id INTEGER NOT NULL REFERENCES draw(id),
    zone_id INTEGER NOT NULL REFERENCES zone(id),
    expert_id INTEGER NOT NULL REFERENCES expert(id),
    state TEXT NOT NULL CONSTRAINT panel_zone_state
        CHECK (state IN ('assigned', 'avoided', 'recused', 'substituted')),
    reason TEXT,
    PRIMARY KEY (draw_id, zone_id, expert_id)
);
CREATE INDEX panel_zone_expert ON panel_zone(expert_id, draw_id);

-- version 2: the account by which a user is named; accounts keep their names
ALTER TABLE expert ADD COLUMN account TEXT;

-- version 3: names in the order of pinyin

ALTER TABLE expert ADD COLUMN _order_name TEXT;
ALTER TABLE expert ADD COLUMN _order_organ TEXT;
