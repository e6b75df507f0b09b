using ForgeOrleans.Hosting;
using StackExchange.Redis;

namespace ForgeOrleans.Silo.Redis;

/// <summary>A silo's own connection, beside those that Orleans' providers make: for the encryption keys, and to see whether the server answers.</summary>
internal sealed class RedisConnection(ConfigurationOptions settings) : IDisposable
{
    // A failure is not kept: who asks again tries again.
    private readonly Lazy<ConnectionMultiplexer> _connection =
        new(() => ConnectionMultiplexer.Connect(settings), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The servers, as messages name them.</summary>
    public string Servers => string.Join(", ", settings.EndPoints.Select(server => $"'{EndPointCollection.ToString(server)}'"));

    /// <summary>The database that the connection string names. The first call connects.</summary>
    /// <exception cref="RedisConnectionException">The server cannot be reached.</exception>
    public IDatabase Database => _connection.Value.GetDatabase();

    /// <summary>Whether it is the server's failure, and not the caller's or a cancellation.</summary>
    public static bool IsStorageError(Exception e) =>
        // The connection is disposed of when the process stops.
        e is RedisException or TimeoutException or ObjectDisposedException;

    /// <summary>Asks, and tells of a server that does not answer in this library's words.</summary>
    /// <exception cref="StorageUnavailableException">The server does not answer.</exception>
    public T Ask<T>(Func<IDatabase, T> ask, string otherwise)
    {
        try
        {
            return ask(Database);
        }
        catch (Exception e) when (IsStorageError(e))
        {
            throw new StorageUnavailableException(otherwise, e);
        }
    }

    public void Dispose()
    {
        if (_connection.IsValueCreated)
            _connection.Value.Dispose();
    }
}
