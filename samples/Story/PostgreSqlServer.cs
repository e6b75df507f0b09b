using System.Security.Cryptography;

namespace ForgeOrleans.Story;

/// <summary>A PostgreSQL server on a port of this machine's loopback, over a temporary folder, with a password that only the story knows.</summary>
/// <param name="programs">The folder that <c>initdb</c> and <c>postgres</c> are in.</param>
/// <param name="interrupted">Ends the waiting for it.</param>
internal sealed class PostgreSqlServer(string programs, CancellationToken interrupted) : IAsyncDisposable
{
    private const string User = "taskboard";

    // PostgreSQL refuses to run as root; this is the user that its package makes for it.
    private const string InPlaceOfRoot = "postgres";

    private readonly string _folder = Directory.CreateTempSubdirectory("taskboard-postgresql-").FullName;
    private readonly string _password = RandomNumberGenerator.GetHexString(32);
    private StartedProgram? _server;

    public int Port { get; } = Ports.Free();

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username={User};Password={_password};Database=postgres";

    public async Task StartAsync()
    {
        var (data, passwordFile) = (Path.Combine(_folder, "data"), Path.Combine(_folder, "password"));
        await File.WriteAllTextAsync(passwordFile, _password, interrupted);
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Run("chown", "-R", InPlaceOfRoot, _folder);
            await chown.UntilItEndsAsync();
        }
        using (var initdb = RunUnprivileged(
            "initdb", "-D", data, "--username", User, "--pwfile", passwordFile, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"))
            await initdb.UntilItEndsAsync();
        _server = RunUnprivileged("postgres", "-D", data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=");
        await _server.UntilItSaysAsync("ready to accept connections");
    }

    public async ValueTask DisposeAsync()
    {
        // Killed, it would leave its shared memory behind.
        if (_server is not null)
            await _server.InterruptAsync();
        _server?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private StartedProgram RunUnprivileged(string program, params string[] arguments)
    {
        var path = Path.Combine(programs, program);
        return Environment.IsPrivilegedProcess
            ? Run("setpriv", [$"--reuid={InPlaceOfRoot}", $"--regid={InPlaceOfRoot}", "--clear-groups", path, .. arguments])
            : Run(path, arguments);
    }

    private StartedProgram Run(string program, params string[] arguments) =>
        new(program, arguments, new Dictionary<string, string> { ["LC_ALL"] = "C" }, _folder, interrupted);
}
