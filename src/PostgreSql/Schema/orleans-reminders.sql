-- The reminders of grains, for Orleans' ADO.NET reminders.

CREATE TABLE orleans_reminder (
    service text COLLATE "C" NOT NULL,
    grain text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    start_time timestamptz NOT NULL,
    period bigint NOT NULL,
    grain_hash integer NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (service, grain, name));

CREATE INDEX orleans_reminder_by_hash ON orleans_reminder (service, grain_hash);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES

('ReadReminderRowsKey', $query$
    SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
    FROM orleans_reminder
    WHERE service = @ServiceId AND grain = @GrainId
$query$),

('ReadReminderRowKey', $query$
    SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
    FROM orleans_reminder
    WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName
$query$),

-- A range of the ring: its begin is out and its end is in. Orleans sends the unsigned hashes as signed integers, chooses this query
-- where the begin is then less than the end, and the next one otherwise; equal ones mean the whole ring.
('ReadRangeRows1Key', $query$
    SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
    FROM orleans_reminder
    WHERE service = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$query$),

('ReadRangeRows2Key', $query$
    SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
    FROM orleans_reminder
    WHERE service = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$query$),

('UpsertReminderRowKey', $query$
    INSERT INTO orleans_reminder AS known (service, grain, name, start_time, period, grain_hash, version)
    VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
    ON CONFLICT (service, grain, name) DO UPDATE
        SET start_time = excluded.start_time, period = excluded.period, grain_hash = excluded.grain_hash, version = known.version + 1
    RETURNING version AS Version
$query$),

('DeleteReminderRowKey', $query$
    WITH removed AS (
        DELETE FROM orleans_reminder
        WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version
        RETURNING name)
    SELECT EXISTS (SELECT FROM removed)
$query$),

('DeleteReminderRowsKey', $query$
    DELETE FROM orleans_reminder WHERE service = @ServiceId
$query$);
