-- version 1: how a person likes to see a list

CREATE TABLE saved_view(
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    noun TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    shared INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    organ_id INTEGER NOT NULL,
    owner TEXT NOT NULL,
    UNIQUE(user_id, noun, name)
);
CREATE INDEX saved_view_organ ON saved_view(organ_id, noun);

CREATE TABLE saved_view_default(
    user_id INTEGER NOT NULL,
    noun TEXT NOT NULL,
    view_id INTEGER NOT NULL,
    PRIMARY KEY(user_id, noun)
);
CREATE INDEX saved_view_default_view ON saved_view_default(view_id);
