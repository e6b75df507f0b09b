using System.Data;
using System.Data.Common;
using Npgsql;

namespace ForgeOrleans.PostgreSql.Tests.Orleans;

/// <summary>
/// Runs the queries as Orleans' ADO.NET providers do: over a plain connection string, each parameter with its value first and then its
/// <see cref="DbType"/>, each result by its column's name.
/// </summary>
internal sealed class OrleansQueries : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly Dictionary<string, string> _texts;

    private OrleansQueries(NpgsqlDataSource dataSource, Dictionary<string, string> texts) => (_dataSource, _texts) = (dataSource, texts);

    public IEnumerable<string> Keys => _texts.Keys;

    public static async Task<OrleansQueries> LoadAsync(string connectionString)
    {
        // A session far from UTC: stored times must not depend on it.
        var dataSource = NpgsqlDataSource.Create(connectionString + ";Timezone=XYZ+7");
        await using var command = dataSource.CreateCommand("SELECT QueryKey, QueryText FROM OrleansQuery");
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new Dictionary<string, string>();
        while (await reader.ReadAsync())
            texts.Add((string)reader.GetValue(reader.GetOrdinal("QueryKey")), (string)reader.GetValue(reader.GetOrdinal("QueryText")));
        return new(dataSource, texts);
    }

    public async Task<List<T>> ReadAsync<T>(string key, Func<DbDataReader, T> select, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using DbCommand command = connection.CreateCommand();
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            parameter.DbType = value switch
            {
                int => DbType.Int32,
                long => DbType.Int64,
                DateTime => DbType.DateTime,
                _ => DbType.String,
            };
            command.Parameters.Add(parameter);
        }
#pragma warning disable CA2100 // The schema's own.
        command.CommandText = _texts[key];
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(select(reader));
        return rows;
    }

    public Task ExecuteAsync(string key, params (string Name, object? Value)[] parameters) => ReadAsync(key, reader => reader.FieldCount, parameters);

    /// <summary>One row with one column, as Orleans expects of a conditional change.</summary>
    public async Task<bool> DecideAsync(string key, params (string Name, object? Value)[] parameters) => (await ReadAsync(
        key,
        reader =>
        {
            reader.FieldCount.ShouldBe(1);
            return Convert.ToBoolean(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture);
        },
        parameters)).ShouldHaveSingleItem();

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();
}

internal static class OrleansColumns
{
    public static string? Text(this DbDataReader reader, string column) =>
        reader.IsDBNull(reader.GetOrdinal(column)) ? null : (string)reader.GetValue(reader.GetOrdinal(column));

    public static int Number(this DbDataReader reader, string column) => reader.GetInt32(reader.GetOrdinal(column));

    public static DateTime Time(this DbDataReader reader, string column) =>
        DateTime.SpecifyKind(reader.GetDateTime(reader.GetOrdinal(column)), DateTimeKind.Utc);
}
