using System.CommandLine;

namespace ForgeOrleans.Cli.Commands;

/// <summary>What several commands take.</summary>
internal static class CommandParts
{
    public static Argument<string> Installation()
    {
        var installation = new Argument<string>("installation") { Description = "The installation's uuid, as `installations list` shows it" };
        installation.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Guid.TryParseExact(token.Value, "D", out _))
                result.AddError($"'{token.Value}' is not an installation's uuid, such as 9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0001.");
        });
        return installation;
    }

    public static Option<int> Limit(string what)
    {
        var limit = new Option<int>("--limit") { Description = $"How many {what} at the most", DefaultValueFactory = _ => 50, HelpName = "count" };
        limit.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is < 1 or > 100_000)
                result.AddError("--limit is a number from 1 to 100000.");
        });
        return limit;
    }

    /// <summary>Makes a command do something with the API.</summary>
    public static Command Does(this Command command, Func<ParseResult, AdminClient, CancellationToken, Task> action)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Connection.Open(parsed);
            await action(parsed, client, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    public static Command With(this Command command, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else if (symbol is Option option)
                command.Options.Add(option);
            else if (symbol is Command sub)
                command.Subcommands.Add(sub);
        return command;
    }

    public static bool IsJson(this ParseResult parsed) => parsed.GetValue(Connection.Json);

    /// <summary>The path of an installation.</summary>
    public static string Path(this ParseResult parsed, Argument<string> installation, string rest = "") =>
        $"installations/{Escaped(parsed.GetRequiredValue(installation))}{rest}";

    /// <summary>A name as a part of a path. Names that a path would take for a step are none: they would lead to something else.</summary>
    /// <exception cref="CliException">It is such a name.</exception>
    public static string Escaped(string text) => text.Trim() is { Length: > 0 } name and not ("." or "..")
        ? Uri.EscapeDataString(name)
        : throw new CliException(ExitCode.Misused, $"'{text}' names nothing.");
}
