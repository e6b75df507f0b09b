using System.CommandLine;
using System.Text.Json;
using ForgeOrleans.Cli.Display;

namespace ForgeOrleans.Cli.Commands;

/// <summary><c>dead-letters list</c>, <c>replay</c> and <c>delete</c>.</summary>
internal static class DeadLetterCommands
{
    public static Command Create() => new Command("dead-letters", "Shows work that failed for good, and lets it run again").With(List(), Replay(), Delete());

    private static Command List()
    {
        var installation = CommandParts.Installation();
        var payload = new Option<bool>("--payload") { Description = "Show payloads too" };
        var limit = CommandParts.Limit("dead letters");
        return new Command("list", "Lists an installation's dead letters, the oldest first").With(installation, payload, limit).Does(async (parsed, client, cancellationToken) =>
        {
            var listed = await client.ListAsync(parsed.Path(installation, "/dead-letters"), [], "deadLetters", parsed.GetValue(limit), cancellationToken);
            if (parsed.IsJson())
                Screen.Print(listed.AsPage());
            else
                Show(listed, parsed.GetValue(payload));
        });
    }

    private static Command Replay()
    {
        var installation = CommandParts.Installation();
        var item = new Argument<string?>("item") { Description = "The dead letter's item id", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All that there are now" };
        var command = new Command("replay", "Gives a dead letter all its attempts again, behind what waits in its line").With(installation, item, all);
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(item) is not null)
                result.AddError("Name one dead letter, or say --all.");
        });
        return command.Does(async (parsed, client, cancellationToken) =>
        {
            var one = parsed.GetValue(item) is { } itemId ? $"/{CommandParts.Escaped(itemId)}" : "";
            var answer = await client.SendAsync(HttpMethod.Post, parsed.Path(installation, $"/dead-letters{one}/replay"), cancellationToken);
            Tell(parsed, answer, $"{Words.Many(answer.GetProperty("replayed").GetInt64(), "dead letter runs", "dead letters run")} again.");
        });
    }

    private static Command Delete()
    {
        var installation = CommandParts.Installation();
        var item = new Argument<string>("item") { Description = "The dead letter's item id" };
        return new Command("delete", "Throws a dead letter away").With(installation, item).Does(async (parsed, client, cancellationToken) =>
        {
            var path = parsed.Path(installation, $"/dead-letters/{CommandParts.Escaped(parsed.GetRequiredValue(item))}");
            Tell(parsed, await client.SendAsync(HttpMethod.Delete, path, cancellationToken), "The dead letter is deleted.");
        });
    }

    private static void Show(Listed listed, bool withPayload)
    {
        var sheet = withPayload
            ? new Sheet("Item", "~Kind and key", "#Attempts", "Parked", "~Error", "~Payload")
            : new Sheet("Item", "~Kind and key", "#Attempts", "Parked", "~Error");
        foreach (var dead in listed.Read<DeadLetterAnswer>())
        {
            string[] cells = [Screen.Plain(dead.ItemId), Screen.Plain($"{dead.Kind} {dead.Key}"), $"{dead.Attempts}", Words.Ago(dead.ParkedAt), Words.Text(dead.Error)];
            sheet.Add(withPayload ? [.. cells, Words.Text(dead.Payload?.GetRawText())] : cells);
        }
        if (sheet.Count == 0)
            Screen.Line("[green]There are no dead letters.[/]");
        else
            sheet.Show();
        if (listed.NextCursor is not null)
            Screen.Note($"[grey]These are the oldest {listed.Items.Count}; there are more: --limit {listed.Items.Count * 10}[/]");
    }

    private static void Tell(ParseResult parsed, JsonElement answer, string sentence)
    {
        if (parsed.IsJson())
            Screen.Print(answer);
        else
            Screen.Line($"[green]✓[/] {sentence}");
    }
}
