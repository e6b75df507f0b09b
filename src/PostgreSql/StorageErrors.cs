using System.Net.Sockets;
using ForgeOrleans.Hosting;
using Npgsql;

namespace ForgeOrleans.PostgreSql;

/// <summary>What PostgreSQL and the way to it can say, told to callers in this library's words.</summary>
internal static class StorageErrors
{
    /// <summary>Reads, and once more if the connection was lost: a pooled one may have been, long before, by a server that was restarted.</summary>
    public static async ValueTask<T> ReadAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            try
            {
                return await read();
            }
            catch (NpgsqlException e) when (IsConnectionLost(e))
            {
                return await read();
            }
        }
        catch (Exception e) when (IsStorageError(e))
        {
            throw new StorageUnavailableException("The data could not be read. Try again later.", e);
        }
    }

    /// <summary>Whether it is the database's failure, and not the caller's or a cancellation.</summary>
    public static bool IsStorageError(Exception e) =>
        // The pool is disposed of when the process stops.
        e is NpgsqlException or TimeoutException or SocketException or IOException or ObjectDisposedException;

    // Not for a call that timed out: asking again would take as long again.
    private static bool IsConnectionLost(NpgsqlException e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => true,
        PostgresException => false,
        _ => e.InnerException is IOException or SocketException,
    };
}
