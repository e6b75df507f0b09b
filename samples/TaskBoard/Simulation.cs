using System.Text.Json;
using ForgeOrleans.Work;

namespace TaskBoard;

/// <summary>
/// Lets work say how its handler fares, for tests of what is run again and when: <c>"simulate": { "fail": 2, "permanent": true, "sleepMs": 500 }</c>
/// in its payload. Off unless <c>TaskBoard:Simulation</c> is true: then nothing that is delivered can hold up a handler.
/// </summary>
public sealed class Simulation(IConfiguration configuration, TimeProvider clock)
{
    private const string Member = "simulate";

    // A handler that says nothing for longer is taken for hung (Forge:Work:LongestSilence).
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    /// <summary>Whether payloads are asked.</summary>
    public bool IsOn { get; } = IsOnIn(configuration);

    public static bool IsOnIn(IConfiguration configuration) => configuration.GetValue<bool>("TaskBoard:Simulation");

    /// <summary>Takes as long as the payload says, and fails if it says so.</summary>
    public async Task PlayAsync(WorkRun run, CancellationToken cancellationToken)
    {
        if (!IsOn || WishIn(run.Json) is not { } wish)
            return;
        if (wish.SleepMs > 0)
            await Task.Delay(wish.SleepMs < LongestSleep.TotalMilliseconds ? TimeSpan.FromMilliseconds(wish.SleepMs) : LongestSleep, clock, cancellationToken);
        if (wish.Permanent)
            throw new PermanentFailureException("The payload asks its handler to fail for good.");
        if (run.Attempt <= wish.Fail)
            throw new SimulatedFailureException(run.Attempt, wish.Fail);
    }

    // Product events come with their own fields at the top or below 'payload' (contract section 7).
    private static Wish? WishIn(JsonElement json)
    {
        foreach (var holder in (JsonElement?[])[json, MemberOf(json, "payload")])
            if (holder is { } found && MemberOf(found, Member) is { ValueKind: JsonValueKind.Object } wish)
                return Read(wish);
        return null;
    }

    private static Wish? Read(JsonElement wish)
    {
        try
        {
            return wish.Deserialize<Wish>(JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new PermanentFailureException($$"""What to simulate is { "fail": n, "permanent": bool, "sleepMs": n }, each of them optional: {{e.Message}}""", e);
        }
    }

    private static JsonElement? MemberOf(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : null;

    private sealed record Wish(int Fail, bool Permanent, double SleepMs);
}

/// <summary>A handler fails because the payload asks it to.</summary>
public sealed class SimulatedFailureException(int attempt, int fail) : Exception($"The payload asks for {fail} failures, and this is attempt {attempt}.");
