using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Deliveries;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Emulator;

/// <summary>How an emulator is started.</summary>
public sealed record EmulatorOptions
{
    /// <summary>The app that it plays the platform for.</summary>
    public required AppManifest Manifest { get; init; }

    /// <summary>Where the app's remotes are; null leaves them at the manifest's <c>baseUrl</c>.</summary>
    public Uri? Remote { get; init; }

    /// <summary>Where single remotes are, by key; these go before <see cref="Remote"/>.</summary>
    public IReadOnlyDictionary<string, Uri> Remotes { get; init; } = new Dictionary<string, Uri>();

    /// <summary>
    /// How remotes are reached, for one in the same process such as a test server's handler; null for HTTP. It belongs to who made it. A remote
    /// that has no other address is then <c>http://localhost/</c>.
    /// </summary>
    public HttpMessageHandler? RemoteHandler { get; init; }

    /// <summary>Where to listen: loopback only, <c>http</c> only; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:0"];

    /// <summary>The messages of rejected calls.</summary>
    public Wording Wording { get; init; } = Wording.Today;

    /// <summary>The version of the app that tokens name.</summary>
    public string AppVersion { get; init; } = "1.0.0";

    /// <summary>The environment that tokens name: <c>DEVELOPMENT</c>, <c>STAGING</c> or <c>PRODUCTION</c>.</summary>
    public string EnvironmentType { get; init; } = "DEVELOPMENT";

    /// <summary>
    /// Platform seconds in a second of <see cref="Clock"/>, from 1 to 10,000: how much sooner retries and scheduled triggers come.
    /// Tokens and time limits keep to the clock.
    /// </summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>Whether <see cref="TimeScale"/> shortens the time limits of deliveries too.</summary>
    public bool ScaleLimits { get; init; }

    /// <summary>Whether scheduled triggers fire by themselves, as the manifest says.</summary>
    public bool Schedule { get; init; }

    /// <summary>How often a scheduled trigger is tried again, from 0 to 4: the platform's pages say both.</summary>
    public int TriggerRetries { get; init; } = PlatformLimits.Retries;

    /// <summary>What goes wrong with deliveries.</summary>
    public Disturbances Disturbances { get; init; } = new();

    /// <summary>How many sites there are, from 2 to 1,000; those beyond the second are called <c>site-3</c> and so on.</summary>
    public int Sites { get; init; } = SiteDirectory.Named;

    /// <summary>How much of the products the app may use.</summary>
    public LimitSizes Limits { get; init; } = new();

    /// <summary>The clock of everything that expires or runs out of time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The folder with the console's files, while somebody changes them; null for those of the assembly.</summary>
    public string? ConsoleFolder { get; init; }

    /// <summary>Where its log goes; null keeps it silent.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}
