using System.CommandLine;
using ForgeOrleans.Cli.Display;

namespace ForgeOrleans.Cli.Commands;

/// <summary><c>audit</c>.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var installation = new Option<string>("--installation") { Description = "Only what was done to this one", HelpName = "uuid" };
        var limit = CommandParts.Limit("entries");
        return new Command("audit", "Shows what operators did, the newest first").With(installation, limit).Does(async (parsed, client, cancellationToken) =>
        {
            var listed = await client.ListAsync("audit", [("installationId", parsed.GetValue(installation))], "audit", parsed.GetValue(limit), cancellationToken);
            if (parsed.IsJson())
                Screen.Print(listed.AsPage());
            else
                Show(listed);
        });
    }

    private static void Show(Listed listed)
    {
        var sheet = new Sheet("When (UTC)", "~Who", "What", "Installation", "~Of it", "Outcome", "~Detail");
        foreach (var entry in listed.Read<AuditAnswer>())
            sheet.Add(
                Words.Exactly(entry.At), Words.Text(entry.Operator), Screen.Plain(entry.Action), Screen.Plain(entry.InstallationId), Words.Text(entry.Subject),
                Words.Outcome(entry.Outcome), Words.Text(entry.Detail));
        if (sheet.Count == 0)
            Screen.Line("[grey]Nothing was done.[/]");
        else
            sheet.Show();
        if (listed.NextCursor is not null)
            Screen.Note($"[grey]These are the newest {listed.Items.Count}; there are more: --limit {listed.Items.Count * 10}[/]");
    }
}
