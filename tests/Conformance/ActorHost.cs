using ForgeOrleans.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance;

/// <summary>
/// A running host of the actors, as the tests see it. A test project implements it once for its host and shares it between the tests of
/// a class: they tell their sites apart by fresh keys and move the one clock only forward.
/// </summary>
public abstract class ActorHost
{
    /// <summary>The time that the host and its actors go by.</summary>
    public FakeClock Clock { get; } = new();

    /// <summary>The services of the process that calls the actors.</summary>
    public abstract IServiceProvider Services { get; }

    public IActors Actors => Services.GetRequiredService<IActors>();

    /// <summary>The services of every process that runs work.</summary>
    public virtual IReadOnlyList<IServiceProvider> Processes => [Services];

    /// <summary>How long it may take until another process of the host hears that a caller has given up.</summary>
    public virtual TimeSpan NewsTravelsFor => TimeSpan.Zero;

    /// <summary>Stops the host and starts it again: no activation is left, and what was stored is kept.</summary>
    /// <param name="downFor">How much of the clock's time passes in between.</param>
    public abstract Task RestartAsync(TimeSpan downFor = default);

    /// <summary>Returns something that is another after anything was stored, and the same while nothing was.</summary>
    public abstract Task<string> StorageMarkAsync();

    /// <summary>Waits until the actors of earlier tests have stored what they had to, and returns the mark then.</summary>
    public async Task<string> QuietMarkAsync()
    {
        for (var mark = await StorageMarkAsync(); ;)
        {
            await Task.Delay(150);
            var now = await StorageMarkAsync();
            if (now == mark)
                return mark;
            mark = now;
        }
    }

    /// <summary>Lets an actor's state be taken over, as another activation of it would with a commit that the one in memory does not know of.</summary>
    /// <param name="kind">The actor's stored name.</param>
    /// <param name="key">The key of an actor that has stored something.</param>
    public abstract Task OvertakeAsync(string kind, string key);
}
