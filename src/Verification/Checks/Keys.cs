using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Checks;

/// <summary>
/// Keys that come and go. Played last, in this order: many remotes fetch keys once in 30 seconds or within a budget, which unknown ones use up.
/// </summary>
internal static class Keys
{
    private const double FiveMinutes = 300;
    private const int Calls = 20;
    private const int MostFetches = 4;
    private const int Flood = 40;
    private const int MostFetchesOfFlood = 15;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(20);

    private const string Cache = "Keep the keys, fetch them again when a token names one that is not among them, and not for each such token: libraries do that (jose: createRemoteJWKSet, made once).";

    public static IReadOnlyList<Check> All { get; } =
    [
        new("key-new", Groups.Keys, "A new key is taken, and the one before it while it is published", ContractSection.Tokens, Cache, NewAsync),
        new("key-retired", Groups.Keys, "A key that is not published any more is refused", ContractSection.Tokens, "Replace the keys by what was fetched: do not add to them.", RetiredAsync),
        new("key-cached", Groups.Keys, "Keys are not fetched for each request", ContractSection.Tokens, Cache, CachedAsync),
        ForgedToken.Of(
            "token-unknown-kid", "A token of a key that is not published is refused", "Refuse with 401 what names a key that is not among the fetched ones.",
            (forge, good) => [Credentials.Bearer(forge.Sign(good.Claims, forge.OwnKeyId))]).AsCheck(Groups.Keys),
        ForgedToken.Of(
            "token-kid-address", "A key's id that is an address or a path is refused, and nothing is called", "Compare \"kid\" with the ids of the fetched keys, and do nothing else with it.",
            (forge, good) => ((string[])[$"{forge.Server.Url}key", "../../../../dev/null", "' OR '1'='1"]).Select(id => Credentials.Bearer(forge.Sign(good.Claims, id), id))).AsCheck(Groups.Keys),
        new("iclabel", Groups.Keys, "An icLabel that is no label leads nowhere", ContractSection.Tokens,
            "Accept an icLabel only if it matches ^[a-z0-9_-]{1,50}$, before it goes into any address, and refuse every other token that has one with 401.", LabelAsync),
        new("key-flood", Groups.Keys, "Many unknown keys do not make the remote hammer the key server", ContractSection.Tokens, Cache, FloodAsync),
        new("key-server-slow", Groups.Keys, "Known keys go on serving while the key server is slow", ContractSection.Tokens, Cache + " Never let a request with a known key wait for a fetch.", SlowAsync),
        new("key-server-down", Groups.Keys, "Known keys go on serving while the key server is down", ContractSection.Tokens, Cache, DownAsync),
    ];

    private static async Task<Finding> NewAsync(Stage stage, CancellationToken ct)
    {
        if (await stage.TrustingDoorAsync(ct) is not { } door)
            return Finding.Skipped(Skips.NoPresentKey);
        var started = TimeProvider.System.GetTimestamp();
        var before = await LastingAsync(stage, door, ct);
        stage.Platform.Keys.Rotate();
        var answer = await stage.CallUntilTrustedAsync(door, ct);
        var took = TimeProvider.System.GetElapsedTime(started);
        if (Stage.IsDistrust(answer))
            return Finding.Failed($"{door.Name} {answer.Words} to a token of a key that has been published for {took.TotalSeconds:0} s.");
        var old = await stage.CallAsync(door.Fresh(), before, ct);
        return old.IsUnauthorized
            ? Finding.Failed($"{door.Name} {old.Words} to a token of the key before, which is published still.")
            : Finding.Passed($"The new key was taken after {took.TotalSeconds:0.0} s.");
    }

    private static async Task<Finding> RetiredAsync(Stage stage, CancellationToken ct)
    {
        if (await stage.TrustingDoorAsync(ct) is not { } door)
            return Finding.Skipped(Skips.NoPresentKey);
        var before = await LastingAsync(stage, door, ct);
        stage.Platform.Keys.Rotate(retireOld: true);
        if (Stage.IsDistrust(await stage.CallUntilTrustedAsync(door, ct)))
            return Finding.Skipped("The remote does not take the new key, so it can't have learned that the old one is gone.");
        return (await stage.CallAsync(door.Fresh(), before, ct)).IsUnauthorized
            ? Finding.Passed()
            : Finding.Warned($"{door.Name} takes a key that is gone, although it has fetched the keys since. Some caches keep keys for a while; one that keeps them for ever trusts a stolen key for ever.");
    }

    // Minted before the keys change, and good for longer than a remote may take to learn of them.
    private static async Task<Credentials> LastingAsync(Stage stage, Door door, CancellationToken ct) =>
        await stage.CredentialsAsync(door with { Token = door.Token with { ExpiresIn = FiveMinutes } }, ct);

    private static async Task<Finding> CachedAsync(Stage stage, CancellationToken ct)
    {
        if (await stage.TrustingDoorAsync(ct) is not { } door)
            return Finding.Skipped(Skips.NoPresentKey);
        var before = stage.Platform.KeyServer.Requests;
        for (var call = 0; call < Calls; call++)
            await stage.CallAsync(door.Fresh(), ct);
        var fetches = stage.Platform.KeyServer.Requests - before;
        return fetches <= MostFetches ? Finding.Passed() : Finding.Failed($"{Calls} calls with the same key made the remote fetch the keys {fetches} times.");
    }

    private static async Task<Finding> FloodAsync(Stage stage, CancellationToken ct)
    {
        if (await stage.TrustingDoorAsync(ct) is not { } door)
            return Finding.Skipped(Skips.NoPresentKey);
        var before = stage.Platform.KeyServer.Requests;
        var claims = (await stage.Forge.MintAsync(door.Token, ct)).Claims;
        for (var call = 0; call < Flood; call++)
            await stage.CallAsync(door.Fresh(), Credentials.Bearer(stage.Forge.Sign(claims, $"unknown/{Guid.NewGuid()}")), ct);
        var fetches = stage.Platform.KeyServer.Requests - before;
        if (fetches > MostFetchesOfFlood)
            return Finding.Failed($"{Flood} tokens of unknown keys made the remote fetch the keys {fetches} times: whoever sends such tokens can have it turned away by the key server.");
        return await stage.CallAsync(door.Fresh(), ct) is var good && Stage.IsDistrust(good)
            ? Finding.Failed($"{door.Name} {good.Words} to a good token after {Flood} tokens of unknown keys.")
            : Finding.Passed($"{Flood} tokens of unknown keys, {fetches} fetches.");
    }

    private static async Task<Finding> SlowAsync(Stage stage, CancellationToken ct)
    {
        if (await stage.TrustingDoorAsync(ct) is not { } door)
            return Finding.Skipped(Skips.NoPresentKey);
        var claims = (await stage.Forge.MintAsync(door.Token, ct)).Claims;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        stage.Platform.KeyServer.Disturb(delay: Stall);
        var unknown = stage.CallAsync(door.Fresh(), Credentials.Bearer(stage.Forge.Sign(claims, $"unknown/{Guid.NewGuid()}")), over.Token);
        try
        {
            var answer = await stage.CallAsync(door.Fresh(), ct, request => request with { Limit = stage.Options.DeliveryLimit });
            return answer.Failure is not null || Stage.IsDistrust(answer)
                ? Finding.Failed($"{door.Name} {answer.Words} to a token of a known key while the key server was slow.")
                : Finding.Passed();
        }
        finally
        {
            stage.Platform.KeyServer.Mend();
            await over.CancelAsync();
            await unknown.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static async Task<Finding> DownAsync(Stage stage, CancellationToken ct)
    {
        if (await stage.TrustingDoorAsync(ct) is not { } door)
            return Finding.Skipped(Skips.NoPresentKey);
        stage.Platform.KeyServer.Disturb(isDown: true);
        try
        {
            var claims = (await stage.Forge.MintAsync(door.Token, ct)).Claims;
            var forged = await stage.CallAsync(door.Fresh(), Credentials.Bearer(stage.Forge.Sign(claims, $"unknown/{Guid.NewGuid()}")), ct);
            var answer = await stage.CallAsync(door.Fresh(), ct, request => request with { Limit = stage.Options.DeliveryLimit });
            return forged.IsSuccess ? Finding.Failed($"{door.Name} let a token of an unknown key in while the key server was down.")
                : answer.Failure is not null || Stage.IsDistrust(answer) ? Finding.Failed($"{door.Name} {answer.Words} to a token of a known key while the key server was down.")
                : Finding.Passed();
        }
        finally
        {
            stage.Platform.KeyServer.Mend();
        }
    }

    private static async Task<Finding> LabelAsync(Stage stage, CancellationToken ct)
    {
        if (await stage.TrustingDoorAsync(ct) is not { } door)
            return Finding.Skipped(Skips.NoPresentKey);
        var address = stage.Forge.Server.Url.Authority;
        string[] labels =
        [
            $"{address}/", $"{address}#", $"{address}?", $"{address}\\", $"x@{address}/", $"x@{address}#", "../..", "..%2f..%2f", "a.b", "A-LABEL", "", new('a', 51), "a\nb",
        ];
        var before = stage.Forge.Server.Connections;
        var forged = new Complaints();
        List<string> taken = [];
        foreach (var label in labels)
        {
            var good = await stage.Forge.MintAsync(door.Token.With(new() { ["icLabel"] = label }), ct);
            var name = JsonValue.Create(label.Replace(address, "<another server>", StringComparison.Ordinal)).ToJsonString(Plain);
            // The forger's own server has the key of this one, and would be asked for it.
            if (await stage.CallAsync(door.Fresh(), Credentials.Bearer(stage.Forge.Sign(good.Claims, stage.Forge.OwnKeyId)), ct) is { IsUnauthorized: false, Status: not 503 } answer)
                forged.Add(door.Name, $"{answer.Words} to a forged token with an icLabel", name);
            if ((await stage.CallAsync(door.Fresh(), Credentials.Bearer(good.Fit), ct)).IsSuccess)
                taken.Add(name);
        }
        var connections = stage.Forge.Server.Connections - before;
        return connections > 0 ? Finding.Failed($"The remote connected {connections} times to a server that an icLabel names: whoever sends a token chooses the keys that verify it. {forged.Sentences()}".TrimEnd())
            : !forged.AreNone ? forged.ToFinding()
            : taken.Count > 0 ? Finding.Warned($"Tokens whose icLabel is no label were let in, such as {string.Join(", ", taken.Take(3))}. That does no harm as long as the remote makes nothing of icLabel.")
            : Finding.Passed();
    }

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
