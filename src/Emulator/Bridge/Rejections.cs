using System.Globalization;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>What <c>invokeRemote</c> rejects with, in the platform's own words.</summary>
internal sealed class Rejections(Wording wording)
{
    private const string Invalid = "Invalid response from remote";

    public static CallRefusedException NotVerified() => Of("Remote could not verify the Forge Invocation Token");

    public static CallRefusedException TimedOut(TimeSpan limit) =>
        Of($"Remote invocation timed out after {limit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds");

    /// <summary>Anything the platform has no words for; the console tells the cause.</summary>
    public static CallRefusedException Unexpected(string cause) => Of("An unexpected error happened", cause);

    public CallRefusedException WrongContentType(string header, int status) =>
        Of(InvalidBecause($"content-type header must be set to application/json and is currently: {header}. Status: {status}."));

    public CallRefusedException NotJson(int status) => Of(InvalidBecause($"cannot parse body as JSON. Status: {status}."));

    public CallRefusedException NetworkError(string cause) => Of(InvalidBecause("remote network error"), cause);

    private string InvalidBecause(string cause) => wording is Wording.Seed ? Invalid : $"{Invalid} - {cause}";

    private static CallRefusedException Of(string message, string? cause = null) => CallRefusedException.Rejection(message, cause);
}
