-- The state of the actors. Only forge_commit writes it, so there are no foreign keys: they would cost every commit a check.

-- Every commit takes the next epoch, so there is room on each page for the row's next version.
CREATE TABLE forge_actor (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    UNIQUE (kind, key)) WITH (fillfactor = 80);

-- The name is the bytes of its UTF-8; an operator reads it with convert_from(name, 'UTF8').
CREATE TABLE forge_row (
    actor bigint NOT NULL,
    name bytea NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (actor, name));

-- When an actor is to be woken, in milliseconds since 1970.
CREATE TABLE forge_alarm (
    actor bigint PRIMARY KEY,
    due bigint NOT NULL);

-- A commit of one activation: one statement, and so one round trip and one transaction. It takes the next epoch and returns it, or null when
-- another activation has committed since the epoch that this one knows; then nothing was written.
CREATE FUNCTION forge_commit(
    actor_kind text,
    actor_key text,
    known_epoch bigint,     -- what the activation read or committed last; 0 when it saw that there is nothing, -1 when it has not looked
    put_names bytea[],
    put_values bytea[],
    deleted_names bytea[],
    writes_alarm boolean,
    alarm_due bigint)       -- null removes the alarm
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    actor_id bigint;
    next_epoch bigint;
BEGIN
    -- All ways lock the actor until the end: commits of one actor come one after the other.
    IF known_epoch < 0 THEN
        INSERT INTO forge_actor AS known (kind, key, epoch) VALUES (actor_kind, actor_key, 1)
            ON CONFLICT (kind, key) DO UPDATE SET epoch = known.epoch + 1
            RETURNING id, epoch INTO actor_id, next_epoch;
    ELSIF known_epoch = 0 THEN
        INSERT INTO forge_actor (kind, key, epoch) VALUES (actor_kind, actor_key, 1)
            ON CONFLICT (kind, key) DO NOTHING
            RETURNING id, epoch INTO actor_id, next_epoch;
    ELSE
        UPDATE forge_actor SET epoch = epoch + 1 WHERE kind = actor_kind AND key = actor_key AND epoch = known_epoch
            RETURNING id, epoch INTO actor_id, next_epoch;
    END IF;
    IF actor_id IS NULL THEN
        RETURN NULL;
    END IF;

    IF cardinality(deleted_names) > 0 THEN
        DELETE FROM forge_row WHERE actor = actor_id AND name = ANY (deleted_names);
    END IF;
    IF cardinality(put_names) > 0 THEN
        INSERT INTO forge_row (actor, name, value)
            SELECT actor_id, put.name, put.value FROM unnest(put_names, put_values) AS put (name, value)
            ON CONFLICT (actor, name) DO UPDATE SET value = excluded.value;
    END IF;
    IF writes_alarm AND alarm_due IS NULL THEN
        DELETE FROM forge_alarm WHERE actor = actor_id;
    ELSIF writes_alarm THEN
        INSERT INTO forge_alarm (actor, due) VALUES (actor_id, alarm_due) ON CONFLICT (actor) DO UPDATE SET due = excluded.due;
    END IF;
    RETURN next_epoch;
END $$;
