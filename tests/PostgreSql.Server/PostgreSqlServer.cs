using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace ForgeOrleans.TestServers;

/// <summary>
/// A PostgreSQL server of its own, on a free port of this machine over a temporary folder, that can be stopped, killed, frozen and
/// started again. It keeps its port and its data until it is disposed of.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string User = "forge";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("forge-postgresql-").FullName;
    private readonly string _password = RandomNumberGenerator.GetHexString(24);
    private readonly int _port = FreePort();
    private ServerProcess? _process;
    private int _databases;

    private PostgreSqlServer()
    {
    }

    /// <summary>The password of the only user, to search for where it must not be.</summary>
    public string Password => _password;

    /// <summary>Makes a server and starts it.</summary>
    /// <exception cref="InvalidOperationException">There are no programs (see <see cref="PostgreSqlPrograms.Missing"/>), or they failed.</exception>
    public static async Task<PostgreSqlServer> StartNewAsync()
    {
        var server = new PostgreSqlServer();
        try
        {
            await server.InitializeAsync();
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection string, without pooling settings of its own.</summary>
    public string ConnectionString(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = User,
        Password = _password,
        Database = database,
    }.ToString();

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Starts the server, on the same port with the same data, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _process = ServerProcess.Start(
            Path.Combine(PostgreSqlPrograms.Folder, "postgres"), _folder,
            "-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=on", "-c", "max_connections=200", "-c", "shared_buffers=32MB");
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await ConnectAsync();
                return;
            }
            catch (NpgsqlException) when (watch.Elapsed < Patience && !_process.HasExited)
            {
                await Task.Delay(20);
            }
            catch (NpgsqlException e)
            {
                throw new InvalidOperationException($"PostgreSQL did not start:\n{_process.Output}", e);
            }
        }
    }

    /// <summary>Stops the server at once but in order: its connections are told, its data is written.</summary>
    public Task StopAsync() => Running.SignalAndWaitAsync("-INT", Patience);

    /// <summary>Kills all its processes, as a machine that loses its power would.</summary>
    public Task KillAsync() => Running.KillAsync(Patience);

    /// <summary>Makes it silent: connections stay open, and nothing answers.</summary>
    public void Freeze() => Running.SignalAll("-STOP");

    /// <summary>Ends a <see cref="Freeze"/>.</summary>
    public void Thaw() => Running.SignalAll("-CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
            await process.KillAsync(Patience);
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private ServerProcess Running => _process is { HasExited: false } process ? process : throw new InvalidOperationException("The server does not run.");

    private async Task InitializeAsync()
    {
        var passwordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(passwordFile, _password);
        await ServerProcess.HandOverAsync(_folder);
        var initdb = ServerProcess.Start(
            Path.Combine(PostgreSqlPrograms.Folder, "initdb"), _folder,
            "-D", Data, "--username", User, "--pwfile", passwordFile, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
            "--no-sync", "--no-instructions");
        if (await initdb.ExitAsync(Patience) != 0)
            throw new InvalidOperationException($"initdb failed:\n{initdb.Output}");
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false;Timeout=5");
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Below those that the system gives to outgoing connections: one of them might have it while the server is stopped.
    private static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
