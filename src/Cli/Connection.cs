using System.CommandLine;

namespace ForgeOrleans.Cli;

/// <summary>The options that every command has, and what they say.</summary>
internal static class Connection
{
    private const string UrlVariable = "FORGE_ADMIN_URL";
    private const string KeyVariable = "FORGE_ADMIN_KEY";
    private const string UserVariable = "FORGE_ADMIN_USER";

    private static readonly Option<string> Url = new("--url")
    {
        Description = $"Where the remote's admin API is, such as https://backend.example.com [default: ${UrlVariable}]", Recursive = true, HelpName = "url",
    };

    private static readonly Option<string> Key = new("--key")
    {
        Description = $"Its key, Forge:Admin:Key of the remote; better in the environment than here [default: ${KeyVariable}]", Recursive = true, HelpName = "key",
    };

    private static readonly Option<string> User = new("--user")
    {
        Description = $"Who you are, for the audit log [default: ${UserVariable}, or your login]", Recursive = true, HelpName = "name",
    };

    private static readonly Option<bool> Insecure = new("--insecure")
    {
        Description = "Send the key over http to another machine", Recursive = true,
    };

    /// <summary>Print the API's JSON in place of tables.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON in place of tables", Recursive = true };

    public static IEnumerable<Option> Options => [Url, Key, User, Insecure, Json];

    /// <exception cref="CliException">The URL or the key is missing or malformed.</exception>
    public static AdminClient Open(ParseResult parsed)
    {
        var url = Value(parsed, Url, UrlVariable)
            ?? throw Misused($"There is no URL. Use --url, or set {UrlVariable}, such as https://backend.example.com.");
        var key = Value(parsed, Key, KeyVariable)
            ?? throw Misused($"There is no key. Set {KeyVariable}, or use --key: it is Forge:Admin:Key of the remote.");
        if (key.Any(c => c is <= ' ' or > '~'))
            throw Misused($"The key has a space, a line break or a character beyond ASCII, which no header carries. If it was read from a file, is there a line break at its end?");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo != "" || address.Query != "")
            throw Misused("The URL is not one of a remote. Write it as https://backend.example.com, without a name, a password or a query in it.");
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !parsed.GetValue(Insecure))
            throw Misused($"The key would travel in the clear to {address.Host}. Use https, or --insecure where the network is yours.");
        return new(address, key, (Value(parsed, User, UserVariable) ?? Environment.UserName).Trim());
    }

    private static string? Value(ParseResult parsed, Option<string> option, string variable) =>
        parsed.GetValue(option) is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set : null;

    private static CliException Misused(string message) => new(ExitCode.Misused, message);
}
