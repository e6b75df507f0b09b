using ForgeOrleans.Conformance;

namespace ForgeOrleans.SingleNode.Tests;

/// <summary>The single node as the conformance tests see it, with a real database file.</summary>
public class SingleNodeFixture : ActorHost, IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _data = new();
    private Node _node = null!;
    private DatabaseFile _database = null!;

    public override IServiceProvider Services => _node.Services;

    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    public async Task InitializeAsync()
    {
        _node = await Node.StartAsync(_data.Path, Clock, Settings);
        _database = new(_data.Path);
    }

    public override async Task RestartAsync(TimeSpan downFor = default)
    {
        await DisposeAsync();
        Clock.Advance(downFor);
        await InitializeAsync();
    }

    public override Task<string> StorageMarkAsync() => Task.FromResult(_database.Mark());

    public override Task OvertakeAsync(string kind, string key)
    {
        _database.Execute("UPDATE actor SET epoch = epoch + 1 WHERE kind = $kind AND key = $key", ("$kind", kind), ("$key", key)).ShouldBe(1);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _database.Dispose();
        await _node.DisposeAsync();
    }

    public void Dispose()
    {
        _data.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A single node that runs no work: a test does it.</summary>
public sealed class IdleNodeFixture : SingleNodeFixture
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Forge:Work:PerProcess", "0")];
}
