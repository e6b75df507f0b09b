namespace ForgeOrleans.Emulator.Deliveries;

internal static partial class DeliveryLog
{
    public static void Attempted(ILogger logger, string path, Parcel parcel, Attempt attempt, bool isLast)
    {
        var answer = attempt.Status?.ToString() ?? attempt.Cause ?? "no answer";
        var verdict = attempt.Verdict is Attempt.Delivered || !isLast ? attempt.Verdict : $"{attempt.Verdict}, given up";
        Attempted(logger, path, parcel.Key, parcel.Sender.Site.Id, answer, (long)attempt.Took.TotalMilliseconds, verdict);
    }

    [LoggerMessage(2, LogLevel.Information, "{Key} of {Site} is not delivered: the emulator ends")]
    public static partial void Abandoned(ILogger logger, string key, string site);

    [LoggerMessage(3, LogLevel.Error, "{Key} of {Site} is not delivered: the emulator failed")]
    public static partial void Broken(ILogger logger, Exception cause, string key, string site);

    [LoggerMessage(4, LogLevel.Warning, "Trigger {Key} of {Site} can't fire: {Problem}")]
    public static partial void CannotFire(ILogger logger, string key, string site, string problem);

    [LoggerMessage(1, LogLevel.Information, "POST {Path} with {Key} of {Site}: {Answer} after {Milliseconds} ms, {Verdict}")]
    private static partial void Attempted(
        ILogger logger, string path, string key, string site, string answer, long milliseconds, string verdict);
}
