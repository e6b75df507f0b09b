using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator;

/// <summary>The emulator's command line.</summary>
internal static class CommandLine
{
    public const string Usage =
        """
        The Forge platform for a laptop.

          --manifest <file>        the app's manifest.yml (by default the one in this folder)
          --remote <url>           where the remote is, in place of the manifest's baseUrl; <key>=<url> for one of several
          --urls <url>[;<url>]     where to listen, loopback only (by default http://127.0.0.1:4001)
          --wording today|seed     the platform's messages of today (the default), or the older ones
          --environment <type>     DEVELOPMENT (the default), STAGING or PRODUCTION
          --app-version <version>  the app's version in tokens (by default 1.0.0)
        """;

    private static readonly string[] EnvironmentTypes = ["DEVELOPMENT", "STAGING", "PRODUCTION"];

    public static EmulatorOptions Parse(IReadOnlyList<string> arguments)
    {
        var pairs = Pairs(arguments).ToList();
        var start = new EmulatorOptions
        {
            Manifest = AppManifest.Load(pairs.LastOrDefault(pair => pair.Name is "--manifest").Value ?? "manifest.yml"),
            Urls = ["http://127.0.0.1:4001"],
            Logging = PlainConsole.Configure,
        };
        return pairs.Aggregate(start, (options, pair) => With(options, pair.Name, pair.Value));
    }

    private static EmulatorOptions With(EmulatorOptions options, string name, string value) => name switch
    {
        "--manifest" => options,
        "--remote" => WithRemote(options, value),
        "--urls" => options with { Urls = value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        "--wording" => options with
        {
            Wording = Enum.TryParse<Wording>(value, ignoreCase: true, out var wording) && Enum.IsDefined(wording)
                ? wording
                : throw new EmulatorException($"--wording is today or seed, not \"{value}\"."),
        },
        "--environment" => options with
        {
            EnvironmentType = EnvironmentTypes.FirstOrDefault(type => type.Equals(value, StringComparison.OrdinalIgnoreCase))
                ?? throw new EmulatorException($"--environment is {string.Join(", ", EnvironmentTypes)}, not \"{value}\"."),
        },
        "--app-version" => options with { AppVersion = value },
        _ => throw new EmulatorException($"There is no option {name}.\n\n{Usage}"),
    };

    private static EmulatorOptions WithRemote(EmulatorOptions options, string value)
    {
        // A URL can have an equals sign too, but not before its colon.
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        var (key, text) = equals > 0 && equals < value.IndexOf(':', StringComparison.Ordinal)
            ? (value[..equals], value[(equals + 1)..])
            : (null, value);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new EmulatorException($"--remote is the URL of a remote, such as http://127.0.0.1:5001, not \"{text}\".");
        }

        if (key is null)
        {
            return options with { Remote = url };
        }

        return options.Manifest.Remotes.Any(remote => remote.Key == key)
            ? options with { Remotes = new Dictionary<string, Uri>(options.Remotes) { [key] = url } }
            : throw new EmulatorException($"The manifest has no remote \"{key}\".");
    }

    private static IEnumerable<(string Name, string Value)> Pairs(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (argument.Split('=', 2) is [var name, var value] && name.StartsWith("--", StringComparison.Ordinal))
            {
                yield return (name, value);
            }
            else if (index + 1 < arguments.Count)
            {
                yield return (argument, arguments[++index]);
            }
            else
            {
                throw new EmulatorException($"{argument} needs a value.\n\n{Usage}");
            }
        }
    }
}
