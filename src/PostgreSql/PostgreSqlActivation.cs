using ForgeOrleans.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace ForgeOrleans.PostgreSql;

/// <summary>One activation's rows and alarm. Each call is one round trip, the first included.</summary>
internal sealed class PostgreSqlActivation : IActivationStorage
{
    // A subquery and no join: behind a join PostgreSQL does not see that the index has an actor's rows in order, and sorts them all.
    private const string Actor = "(SELECT id FROM forge_actor WHERE kind = $1 AND key = $2)";

    private const string ReadRow = $"SELECT value FROM forge_row WHERE actor = {Actor} AND name = $3";

    // A value beyond the page's bytes stays on the server, and costs it nothing: its length is known without reading it.
    private const string ListRows =
        $"""
        SELECT name, value, found FROM (
            SELECT name, value,
                row_number() OVER so_far AS place,
                sum(octet_length(value)) OVER so_far - octet_length(value) AS bytes_before,
                count(*) OVER () AS found
            FROM (
                SELECT name, value FROM forge_row
                WHERE actor = {Actor} AND name >= $3 AND name < $4
                ORDER BY name LIMIT $5 + 1) AS ahead
            WINDOW so_far AS (ORDER BY name ROWS UNBOUNDED PRECEDING)) AS page
        WHERE place <= $5 AND (place = 1 OR bytes_before < $6)
        ORDER BY name
        """;

    private const string ReadAlarm = $"SELECT due FROM forge_alarm WHERE actor = {Actor}";

    // Asked for before the rows, in the same round trip: a commit that comes between the two makes the epoch too old, never too new.
    private const string ReadEpoch = "SELECT epoch FROM forge_actor WHERE kind = $1 AND key = $2";

    private const string Commit = "SELECT forge_commit($1, $2, $3, $4, $5, $6, $7, $8)";

    private const long Unseen = -1;

    private readonly NpgsqlDataSource _dataSource;
    private readonly string _kind, _key;
    private readonly WriteQueue _writes;

    // The epoch that the activation saw with its first read or took with its last commit; 0 is that of an actor that has stored nothing.
    private long _epoch = Unseen;

    public PostgreSqlActivation(NpgsqlDataSource dataSource, string kind, string key)
    {
        (_dataSource, _kind, _key) = (dataSource, kind, key);
        _writes = new(CommitAsync);
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default)
    {
        var bytes = RowName.ToBytes(name);
        return QueryAsync<ReadOnlyMemory<byte>?>(
            Statement(ReadRow, Bytes(bytes)),
            static async (rows, cancellation) => await rows.ReadAsync(cancellation) ? new ReadOnlyMemory<byte>?(rows.GetFieldValue<byte[]>(0)) : null,
            cancellationToken);
    }

    public ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default)
    {
        var (first, end) = (RowName.First(query), RowName.End(query));
        return QueryAsync(
            Statement(ListRows, Bytes(first), Bytes(end), Number(query.MostRows), Number(query.MostBytes)),
            static async (reader, cancellation) =>
            {
                var rows = new List<ActorRow>();
                var found = 0L;
                while (await reader.ReadAsync(cancellation))
                {
                    rows.Add(new(RowName.FromBytes(reader.GetFieldValue<byte[]>(0)), reader.GetFieldValue<byte[]>(1)));
                    found = reader.GetInt64(2);
                }
                return new RowPage(rows, found > rows.Count);
            },
            cancellationToken);
    }

    public ValueTask<DateTimeOffset?> ReadAlarmAsync(CancellationToken cancellationToken = default) => QueryAsync<DateTimeOffset?>(
        Statement(ReadAlarm),
        static async (rows, cancellation) => await rows.ReadAsync(cancellation) ? DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)) : null,
        cancellationToken);

    public Task CommitAsync(IReadOnlyList<RowChange> changes) => _writes.WriteAsync(ActorWrite.OfRows(changes));

    public Task WriteAlarmAsync(DateTimeOffset? due, IReadOnlyList<RowChange> changes) => _writes.WriteAsync(ActorWrite.OfAlarm(due, changes));

    private ValueTask<T> QueryAsync<T>(
        Func<NpgsqlBatchCommand> statement, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        StorageErrors.ReadAsync(async () =>
        {
            await using var batch = _dataSource.CreateBatch();
            var isFirst = Volatile.Read(ref _epoch) == Unseen;
            if (isFirst)
                batch.BatchCommands.Add(Statement(ReadEpoch)());
            batch.BatchCommands.Add(statement());
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            if (isFirst)
            {
                var epoch = await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : 0;
                await reader.NextResultAsync(cancellationToken);
                var rows = await read(reader, cancellationToken);
                // A commit that was quicker knows a later one.
                Interlocked.CompareExchange(ref _epoch, epoch, Unseen);
                return rows;
            }
            return await read(reader, cancellationToken);
        });

    // Never tried again by itself: what a lost connection has not told may have been done.
    private async Task CommitAsync(ActorWrite write)
    {
        var (putNames, putValues, deletedNames) = write.Rows();
        try
        {
            await using var batch = _dataSource.CreateBatch();
            batch.BatchCommands.Add(Statement(
                Commit, Number(Volatile.Read(ref _epoch)), Bytes(putNames), Bytes(putValues), Bytes(deletedNames),
                new NpgsqlParameter<bool> { TypedValue = write.WritesAlarm },
                new NpgsqlParameter { Value = (object?)write.AlarmDue?.ToUnixTimeMilliseconds() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint })());
            Volatile.Write(ref _epoch, await batch.ExecuteScalarAsync() is long epoch ? epoch : throw new StaleActivationException($"{_kind}/{_key}"));
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw new StorageUnavailableException("It is not known whether the data was stored. Look before you try again.", e);
        }
    }

    // A read that is tried again needs parameters that no other command has.
    private Func<NpgsqlBatchCommand> Statement(string sql, params NpgsqlParameter[] parameters) => () =>
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _kind, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _key, NpgsqlDbType = NpgsqlDbType.Text });
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter.Clone());
        return command;
    };

    private static NpgsqlParameter<byte[]> Bytes(byte[] value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static NpgsqlParameter<byte[][]> Bytes(byte[][] values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    private static NpgsqlParameter<long> Number(long value) => new() { TypedValue = value };
}
