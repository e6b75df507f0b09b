using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Api.Contract;

/// <summary>How this process goes away: it takes nothing new, lets what runs come to its end for a while, then answers for what is left.</summary>
internal sealed class Shutdown : IDisposable
{
    /// <summary>How long handlers may go on once the process was told to stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    /// <summary>After how long the host stops waiting for anything.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(9);

    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _stopping;
    private readonly IHostApplicationLifetime _lifetime;
    private ITimer? _grace;

    public Shutdown(IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        _lifetime = lifetime;
        _stopping = lifetime.ApplicationStopping.Register(
            () => _grace = clock.CreateTimer(_ => _over.Cancel(), null, Grace, Timeout.InfiniteTimeSpan));
    }

    /// <summary>The process was told to stop.</summary>
    public bool HasBegun => _lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Handlers have had their time.</summary>
    public CancellationToken GraceIsOver => _over.Token;

    public static ForgeError Error { get; } = new(ForgeErrorCode.Unavailable, "This process is stopping. Try again.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
        ClosesConnection = true,
    };

    public void Dispose()
    {
        _stopping.Dispose();
        _grace?.Dispose();
        _over.Dispose();
    }
}
