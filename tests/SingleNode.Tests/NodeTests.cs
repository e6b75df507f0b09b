namespace ForgeOrleans.SingleNode.Tests;

/// <summary>Tests with a node and a database of their own.</summary>
public abstract class NodeTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private DatabaseFile? _database;

    internal Node Node { get; private set; } = null!;

    internal string DataPath => _folder.In("data");

    internal DatabaseFile Database => _database ??= new(DataPath);

    internal string In(string name) => _folder.In(name);

    public async Task InitializeAsync() => Node = await Node.StartAsync(DataPath);

    /// <summary>Stops the node, lets something happen to its files, and starts another on them.</summary>
    internal async Task RestartAsync(Action? meanwhile = null)
    {
        await DisposeAsync();
        meanwhile?.Invoke();
        Node = await Node.StartAsync(DataPath, Node.Clock);
    }

    public async Task DisposeAsync()
    {
        _database?.Dispose();
        _database = null;
        await Node.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
