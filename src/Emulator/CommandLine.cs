using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;
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
          --sites <number>         how many sites there are, from 2 (the default) to 1000
          --limit <name>=<value>   a limit on calls of products, such as getPerSecond=20 or tier=global; GET /limits has the names
          --console <folder>       serve the console's files from there while you change them

        What the platform delivers by itself, and what goes wrong with it:

          --schedule               fire the manifest's scheduled triggers: without it they fire only when POST /triggers asks
          --time-scale <factor>    platform seconds in a second, for retries and scheduled triggers (by default 1, at most 10000)
          --scale-limits           the time scale shortens the time limits of deliveries too
          --trigger-retries <0-4>  how often a failed scheduled trigger is tried again (by default 4)
          --duplicates <share>     the share of events that come twice, from 0 (the default) to 1
          --trigger-duplicates <share>  the share of the schedule's runs that come twice (by default 0.05)
          --reorder <seconds>      deliveries are late by up to so many platform seconds, and overtake one another (by default 0)
          --seed <number>          what chance depends on (by default 0)
        """;

    private const int SecondsOfDay = 24 * 60 * 60;
    private static readonly string[] Flags = ["--schedule", "--scale-limits"];
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
        "--console" => options with { ConsoleFolder = value },
        "--sites" => options with { Sites = (int)Number(name, value, SiteDirectory.Named, 1000) },
        "--limit" => options with { Limits = options.Limits.Patched(Limit(value)) },
        "--schedule" => options with { Schedule = Flag(name, value) },
        "--time-scale" => options with { TimeScale = Number(name, value, 1, 10_000) },
        "--scale-limits" => options with { ScaleLimits = Flag(name, value) },
        "--trigger-retries" => options with { TriggerRetries = (int)Number(name, value, 0, PlatformLimits.Retries) },
        "--duplicates" => options with { Disturbances = options.Disturbances with { Duplicates = Number(name, value, 0, 1) } },
        "--trigger-duplicates" => options with
        {
            Disturbances = options.Disturbances with { TriggerDuplicates = Number(name, value, 0, 1) },
        },
        "--reorder" => options with
        {
            Disturbances = options.Disturbances with { Reorder = TimeSpan.FromSeconds(Number(name, value, 0, SecondsOfDay)) },
        },
        "--seed" => options with { Disturbances = options.Disturbances with { Seed = (int)Number(name, value, 0, int.MaxValue) } },
        _ => throw new EmulatorException($"There is no option {name}.\n\n{Usage}"),
    };

    private static double Number(string name, string value, double least, double most) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : throw new EmulatorException($"{name} is a number from {least} to {most}, not \"{value}\".");

    private static bool Flag(string name, string value) => bool.TryParse(value, out var flag)
        ? flag
        : throw new EmulatorException($"{name} is true or false, not \"{value}\".");

    private static JsonObject Limit(string value)
    {
        if (value.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var end))
        {
            throw new EmulatorException($"--limit is <name>=<value>, such as getPerSecond=20, not \"{value}\".");
        }

        var (name, text) = (value[..end], value[(end + 1)..]);
        try
        {
            return new JsonObject { [name] = JsonNode.Parse(text) };
        }
        catch (JsonException)
        {
            return new JsonObject { [name] = text };
        }
    }

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
            else if (Flags.Contains(argument))
            {
                yield return (argument, bool.TrueString);
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
