-- Which silos there are, for Orleans' ADO.NET clustering. Orleans knows the table OrleansQuery and its keys, the parameters and the
-- columns of the queries; how the tables look is ours alone.
--
-- Times are timestamptz: that is what Npgsql sends and returns for a DateTime in UTC, whatever the time zone of the session.

CREATE TABLE OrleansQuery (
    QueryKey text PRIMARY KEY,
    QueryText text NOT NULL);

-- A cluster's list of silos has a version; who changes the list names the version that he has seen.
CREATE TABLE orleans_cluster (
    cluster text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL);

CREATE TABLE orleans_silo (
    cluster text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    proxy_port integer NOT NULL,
    suspect_times text,
    start_time timestamptz NOT NULL,
    alive_time timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation));

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES

('InsertMembershipVersionKey', $query$
    WITH added AS (
        INSERT INTO orleans_cluster (cluster, version) VALUES (@DeploymentId, 0)
        ON CONFLICT DO NOTHING
        RETURNING cluster)
    SELECT EXISTS (SELECT FROM added)
$query$),

-- One row even when there is no such silo: the version is asked for as well.
('MembershipReadRowKey', $query$
    SELECT orleans_cluster.version AS Version, address AS Address, port AS Port, generation AS Generation, silo_name AS SiloName,
        host_name AS HostName, status AS Status, proxy_port AS ProxyPort, suspect_times AS SuspectTimes,
        start_time AS StartTime, alive_time AS IAmAliveTime
    FROM orleans_cluster LEFT JOIN orleans_silo
        ON orleans_silo.cluster = orleans_cluster.cluster AND address = @Address AND port = @Port AND generation = @Generation
    WHERE orleans_cluster.cluster = @DeploymentId
$query$),

('MembershipReadAllKey', $query$
    SELECT orleans_cluster.version AS Version, address AS Address, port AS Port, generation AS Generation, silo_name AS SiloName,
        host_name AS HostName, status AS Status, proxy_port AS ProxyPort, suspect_times AS SuspectTimes,
        start_time AS StartTime, alive_time AS IAmAliveTime
    FROM orleans_cluster LEFT JOIN orleans_silo ON orleans_silo.cluster = orleans_cluster.cluster
    WHERE orleans_cluster.cluster = @DeploymentId
$query$),

-- Of two that have seen the same version the second waits for the first, and then sees another version and changes nothing.
('InsertMembershipKey', $query$
    WITH taken AS (
        UPDATE orleans_cluster SET version = version + 1
        WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT FROM orleans_silo
            WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster),
    added AS (
        INSERT INTO orleans_silo (
            cluster, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM taken
        RETURNING cluster)
    SELECT EXISTS (SELECT FROM added)
$query$),

('UpdateMembershipKey', $query$
    WITH taken AS (
        UPDATE orleans_cluster SET version = version + 1
        WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (
            SELECT FROM orleans_silo
            WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster),
    changed AS (
        UPDATE orleans_silo SET status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime
        FROM taken
        WHERE orleans_silo.cluster = taken.cluster AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING taken.cluster)
    SELECT EXISTS (SELECT FROM changed)
$query$),

-- A sign of life is no change of the list, so the version stays.
('UpdateIAmAlivetimeKey', $query$
    UPDATE orleans_silo SET alive_time = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

('GatewaysQueryKey', $query$
    SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
    FROM orleans_silo
    WHERE cluster = @DeploymentId AND status = @Status AND proxy_port > 0
$query$),

('DeleteMembershipTableEntriesKey', $query$
    WITH silos AS (DELETE FROM orleans_silo WHERE cluster = @DeploymentId)
    DELETE FROM orleans_cluster WHERE cluster = @DeploymentId
$query$),

-- 6 is SiloStatus.Dead.
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM orleans_silo WHERE cluster = @DeploymentId AND status = 6 AND alive_time < @IAmAliveTime
$query$);
