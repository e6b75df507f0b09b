namespace ForgeOrleans.Testing;

/// <summary>A remote that runs in the test's process.</summary>
/// <remarks>Its data stays with the platform: dispose it and host it again, and it is the same remote after a restart.</remarks>
public sealed class HostedRemote : IAsyncDisposable
{
    private readonly Func<ValueTask> _end;
    private int _ended;

    internal HostedRemote(string key, Uri url, IServiceProvider services, HttpClient http, Func<ValueTask> end)
    {
        (Key, Url, Services, Http, _end) = (key, url, services, http, end);
    }

    /// <summary>Which of the manifest's remotes it is.</summary>
    public string Key { get; }

    /// <summary>Where it is. Without a port of its own only <see cref="Http"/> reaches it.</summary>
    public Uri Url { get; }

    /// <summary>The program's services.</summary>
    public IServiceProvider Services { get; }

    /// <summary>A client that calls it without the platform in between, and so without a token: for health and pages of your own.</summary>
    public HttpClient Http { get; }

    /// <summary>Stops it, as an orderly end of its process does.</summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _ended, 1) == 0 ? _end() : ValueTask.CompletedTask;
}
