using ForgeOrleans.Emulator;

namespace ForgeOrleans.Testing;

/// <summary>How an emulated platform is started.</summary>
public sealed record ForgePlatformOptions
{
    /// <summary>
    /// The clock of the platform and of remotes hosted with <see cref="ForgePlatform.Host{TEntryPoint}(RemoteHostOptions?)"/>, such as a
    /// <c>FakeTimeProvider</c> with which a test lets tokens grow old; null for the machine's.
    /// </summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>
    /// Platform seconds in a second, from 1 to 10,000, for what the platform waits between retries and until a schedule's next run. Null is 600, so
    /// that the 60 s before a retry are a tenth of one, or 1 with a <see cref="Clock"/> of your own. Tokens and time limits keep to the clock.
    /// </summary>
    public double? TimeScale { get; init; }

    /// <summary>How long anything is waited for, in real time, before the wait fails with an error that says where it stands.</summary>
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the manifest's scheduled triggers fire by themselves; without it <see cref="ForgeSite.RunTriggerAsync"/> fires them.</summary>
    public bool Schedule { get; init; }

    /// <summary>How many sites there are, from 2 to 1,000; after <c>acme</c> and <c>globex</c> they are called <c>site-3</c> and so on.</summary>
    public int Sites { get; init; } = 2;

    /// <summary>Changes whatever else the emulator can be told: the limits of product calls, duplicated deliveries, a fixed port, the log.</summary>
    public Func<EmulatorOptions, EmulatorOptions>? Emulator { get; init; }
}
