using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Bridge;

internal static partial class Log
{
    public static void Answered(ILogger logger, HttpMethod method, string path, Caller caller, int status, TimeSpan took) =>
        Answered(logger, method.Method, path, caller.User?.Name ?? "nobody", caller.Site.Id, status, (long)took.TotalMilliseconds);

    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} as {User} on {Site}: {Status} after {Milliseconds} ms")]
    private static partial void Answered(
        ILogger logger, string method, string path, string user, string site, int status, long milliseconds);
}
