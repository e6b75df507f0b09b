using System.Text.Json;

namespace ForgeOrleans.Testing;

/// <summary>The work of a site that its remote has accepted and not done yet.</summary>
/// <param name="Waiting">How many items wait, those that failed and are tried again among them.</param>
/// <param name="Running">How many run.</param>
/// <param name="DeadLetters">How many have failed for good.</param>
/// <param name="WaitingForToken">Whether some wait for an access token of the platform.</param>
/// <param name="WaitingForHandler">Whether some have no handler.</param>
/// <param name="IsStopped">Whether the site's work is stopped, as after an uninstall.</param>
public sealed record WorkQueue(long Waiting, int Running, long DeadLetters, bool WaitingForToken, bool WaitingForHandler, bool IsStopped)
{
    internal bool IsDone => Waiting == 0 && Running == 0;

    internal string Told() => $"{Waiting} waiting, {Running} running, {DeadLetters} dead-lettered"
        + (WaitingForToken ? "; some wait for an access token: deliver an event or run a trigger, which brings one" : "")
        + (WaitingForHandler ? "; some have no handler any more" : "")
        + (IsStopped ? "; the site's work is stopped, as after an uninstall" : "");
}

/// <summary>Work that has failed for good.</summary>
/// <param name="ItemId">Its id.</param>
/// <param name="Kind">What it was: an event, a trigger, a job.</param>
/// <param name="Key">The event's type, or the key of the trigger or the job.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">What the last attempt failed with.</param>
/// <param name="Payload">What it was to do.</param>
public sealed record DeadLetter(string ItemId, string Kind, string Key, int Attempts, string? Error, JsonElement? Payload);
