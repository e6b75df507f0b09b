using System.CommandLine;
using System.Text.Json;
using ForgeOrleans.Cli.Display;

namespace ForgeOrleans.Cli.Commands;

/// <summary><c>limits</c>.</summary>
internal static class LimitCommand
{
    public static Command Create()
    {
        var installation = CommandParts.Installation();
        return new Command("limits", "Shows where a site's product calls stand: what is left, and what is closed").With(installation).Does(async (parsed, client, cancellationToken) =>
        {
            var answer = await client.SendAsync(HttpMethod.Get, parsed.Path(installation, "/limits"), cancellationToken);
            if (parsed.IsJson())
                Screen.Print(answer);
            else
                Show(answer.Deserialize<LimitsAnswer>(JsonSerializerOptions.Web)!.Limits);
        });
    }

    private static void Show(IReadOnlyList<LimitAnswer> limits)
    {
        var sheet = new Sheet("Product", "~Limit", "#Left", "#Waiting", "#Calls", "#Waited", "#Retried", "#Refused", "~Closed");
        foreach (var limit in limits)
            sheet.Add(
                Screen.Plain(limit.Product), Name(limit), Left(limit), Screen.Plain($"{limit.Waiting}"), $"{limit.Calls}", $"{limit.Waits}", $"{limit.Retries}", $"{limit.Refused}", Closed(limit.Blocked));
        if (sheet.Count == 0)
            Screen.Line("[grey]This site has made no product calls lately.[/]");
        else
            sheet.Show();
    }

    private static string Name(LimitAnswer limit) => Screen.Plain(limit.Scope switch
    {
        "site" => "points an hour, this site",
        "app" => "points an hour, all sites",
        "issue" => $"writes to {limit.Of}",
        _ => limit.Of ?? limit.Scope,
    });

    private static string Left(LimitAnswer limit) => limit switch
    {
        { Left: { } left, Size: { } size } => $"{left:0} / {size:0}",
        { Size: { } size } => $"– / {size:0}",
        _ => "–",
    };

    private static string Closed(BlockAnswer? block) => block is null
        ? ""
        : $"[yellow]{(block.OnlyBackground ? "to work, " : "")}until {Words.Exactly(block.Until)}[/] {Screen.Plain(block.Reason ?? "")}";
}
