-- A laptop is told of sets and entries by their hashes alone, has few of
-- them, and looks for its own.
CREATE INDEX changeset_hash ON changeset (structure, hash);
CREATE INDEX entry_hash ON entry (structure, hash);
CREATE INDEX entry_device ON entry (device, structure, id);
