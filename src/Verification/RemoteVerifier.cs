using ForgeOrleans.Emulator;
using ForgeOrleans.Emulator.Keys;
using ForgeOrleans.Verification.Checks;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification;

/// <summary>
/// Plays the Forge Remote contract against a remote: with an emulated platform of its own, whose keys the remote must trust, it calls every
/// endpoint of the manifest with good and bad tokens, and tells what does not keep the contract.
/// </summary>
public static class RemoteVerifier
{
    private const string NotAskedFor = "It was not asked for.";

    /// <summary>Every check, in the order in which they are played.</summary>
    public static IReadOnlyList<CheckDescription> Checks { get; } = [.. CheckTable.All.Select(check => check.Description)];

    /// <summary>Plays all checks.</summary>
    /// <exception cref="VerificationException">They can't be played: the remote can't be reached, the manifest or an option is wrong. The message is a sentence.</exception>
    public static async Task<VerificationReport> RunAsync(VerificationOptions options, CancellationToken ct = default)
    {
        RequireKnown(options.Only.Concat(options.Skip));
        if (options.BaseUrl is not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" })
            throw new VerificationException($"'{options.BaseUrl}' is not the URL of a remote: write it as http://127.0.0.1:5001.");
        var (startedAt, started) = (TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp());
        await using var emulator = await StartAsync(options, ct);
        await using var forge = await TokenForge.StartAsync(emulator, ct);
        using var line = new RemoteLine(options.BaseUrl);
        var stage = new Stage(options, emulator, forge, line, new Doors(options, emulator.Platform).All());
        List<CheckResult> results = [];
        foreach (var check in CheckTable.All)
        {
            var result = await PlayAsync(check, stage, Skip(check, stage, results), ct);
            results.Add(result);
            if (result.Reason is not NotAskedFor)
                options.Checked?.Invoke(result);
        }
        return new(options.BaseUrl, ConfigurationOf(emulator.Platform), startedAt, TimeProvider.System.GetElapsedTime(started), results);
    }

    internal static RemoteConfiguration ConfigurationOf(Platform platform) => new(platform.Manifest.AppId, new(platform.Url, KeyRoutes.JwksPath), platform.Url);

    private static async Task<EmulatorHost> StartAsync(VerificationOptions options, CancellationToken ct)
    {
        try
        {
            return await EmulatorHost.StartAsync(new() { Manifest = options.Manifest, Remote = options.BaseUrl, Urls = [options.Listen] }, ct);
        }
        catch (EmulatorException e)
        {
            throw new VerificationException($"The verifier's keys cannot be served at {options.Listen}: {e.Message.TrimEnd('.')}. Is an emulator running there? Choose another address with --listen, and tell the remote.", e);
        }
    }

    // The first check opens the doors for all others.
    private static string? Skip(Check check, Stage stage, List<CheckResult> results) =>
        check.Id == FirstTokens.Id ? null
        : Names(stage.Options.Skip, check) ? "It was left out."
        : stage.Options.Only.Count > 0 && !Names(stage.Options.Only, check) ? NotAskedFor
        : results[0].Outcome is CheckOutcome.Failed && stage.Open.Count == 0 ? Skips.NotTrusted
        : null;

    private static async Task<CheckResult> PlayAsync(Check check, Stage stage, string? skip, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        var finding = skip is null ? await check.Play(stage, ct) : Finding.Skipped(skip);
        return new(check.Description, finding.Outcome, finding.Reason, TimeProvider.System.GetElapsedTime(started));
    }

    private static bool Names(IReadOnlyList<string> names, Check check) => names.Contains(check.Id) || names.Contains(check.Group);

    private static void RequireKnown(IEnumerable<string> names)
    {
        if (names.FirstOrDefault(name => CheckTable.All.All(check => check.Id != name && check.Group != name)) is { } unknown)
            throw new VerificationException($"There is no check and no group '{unknown}'. The groups: {string.Join(", ", CheckTable.All.Select(check => check.Group).Distinct())}.");
    }
}
