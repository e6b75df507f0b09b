using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Bridge;

internal static partial class Log
{
    public static void Answered(ILogger logger, Caller caller, RemoteAnswer answer) => Answered(
        logger,
        answer.Request.Method,
        answer.Request.Path,
        caller.User?.Name ?? "nobody",
        caller.Site.Id,
        answer.Status ?? 0,
        (long)answer.Took.TotalMilliseconds);

    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} as {User} on {Site}: {Status} after {Milliseconds} ms")]
    private static partial void Answered(
        ILogger logger, string method, string path, string user, string site, int status, long milliseconds);
}
