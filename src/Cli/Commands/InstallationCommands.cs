using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ForgeOrleans.Cli.Display;

namespace ForgeOrleans.Cli.Commands;

/// <summary><c>installations list</c> and <c>installations show</c>.</summary>
internal static class InstallationCommands
{
    public static Command Create() => new Command("installations", "Shows installations and how they do").With(List(), Show());

    private static Command List()
    {
        var cloudId = new Option<string>("--cloud-id") { Description = "Only those of this site (or Bitbucket workspace)", HelpName = "uuid" };
        var life = new Option<string>("--life") { Description = "Only those in this state", HelpName = "state" }.AcceptOnlyFromAmong("installed", "active", "uninstalled", "erased");
        var deadLetters = new Option<bool>("--dead-letters") { Description = "Only those with dead letters" };
        var olderThan = new Option<string>("--older-than") { Description = "Only those whose oldest work has waited longer: 90s, 10m, 2h, 1d", HelpName = "time" };
        var limit = CommandParts.Limit("installations");
        return new Command("list", "Lists installations").With(cloudId, life, deadLetters, olderThan, limit).Does(async (parsed, client, cancellationToken) =>
        {
            var listed = await client.ListAsync(
                "installations",
                [
                    ("cloudId", parsed.GetValue(cloudId)),
                    ("life", parsed.GetValue(life)),
                    ("deadLetters", parsed.GetValue(deadLetters) ? "true" : null),
                    ("olderThan", parsed.GetValue(olderThan) is { } age ? Seconds(age) : null),
                ],
                "installations",
                parsed.GetValue(limit),
                cancellationToken);
            if (parsed.IsJson())
                Screen.Print(listed.AsPage());
            else
                Show(listed);
        });
    }

    private static Command Show()
    {
        var installation = CommandParts.Installation();
        return new Command("show", "Shows all that is known of an installation").With(installation).Does(async (parsed, client, cancellationToken) =>
        {
            var answer = await client.SendAsync(HttpMethod.Get, parsed.Path(installation), cancellationToken);
            if (parsed.IsJson())
                Screen.Print(answer);
            else
                InstallationView.Show(answer.Deserialize<InstallationAnswer>(JsonSerializerOptions.Web)!);
        });
    }

    private static void Show(Listed listed)
    {
        var sheet = new Sheet("Installation", "Life", "~Environment", "~Products", "#Waiting", "#Running", "#Dead", "#Oldest", "~Notes");
        foreach (var installation in listed.Read<InstallationAnswer>())
            sheet.Add(
                Screen.Plain(installation.InstallationId),
                Words.Life(installation.Life),
                Words.Text(installation.EnvironmentType?.ToLowerInvariant()),
                Words.Text(string.Join(", ", installation.Contexts.Select(context => context.Name).Distinct())),
                Words.Count(installation.Queue.Waiting),
                Words.Count(installation.Queue.Running),
                Words.Count(installation.Queue.DeadLetters, "red"),
                Words.Span(installation.Queue.OldestSeconds),
                Notes(installation));
        if (sheet.Count == 0)
            Screen.Line("[grey]No installation is like that.[/]");
        else
            sheet.Show();
        if (listed.NextCursor is not null)
            Screen.Note($"[grey]These are the first {listed.Items.Count}; there may be more: --limit {listed.Items.Count * 10}[/]");
    }

    private static string Notes(InstallationAnswer installation)
    {
        var notes = new List<string>();
        if (installation.HasStoppedReceivingTriggers)
            notes.Add("[red]no triggers any more[/]");
        else if (installation.MissedTriggers is { Count: > 0 } missed)
            notes.Add($"[yellow]missed: {Screen.Plain(string.Join(", ", missed))}[/]");
        if (installation.Queue.WaitingForToken)
            notes.Add("[yellow]waits for a token[/]");
        if (installation.Queue.WaitingForHandler)
            notes.Add("[yellow]waits for a handler[/]");
        return string.Join("; ", notes);
    }

    private static string Seconds(string age)
    {
        var unit = age.Length > 0 ? char.ToLowerInvariant(age[^1]) switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 } : 0;
        var digits = unit == 0 ? age : age[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > int.MaxValue || count * Math.Max(unit, 1) > int.MaxValue)
            throw new CliException(ExitCode.Misused, "--older-than is a time such as 90s, 10m, 2h or 1d.");
        return (count * Math.Max(unit, 1)).ToString(CultureInfo.InvariantCulture);
    }
}
