using System.CommandLine;
using ForgeOrleans.Cli.Display;

namespace ForgeOrleans.Cli.Commands;

/// <summary><c>schedules delete</c>.</summary>
internal static class ScheduleCommands
{
    public static Command Create() => new Command("schedules", "Removes schedules of a site's own; `installations show` lists them").With(Delete());

    private static Command Delete()
    {
        var installation = CommandParts.Installation();
        var name = new Argument<string>("name") { Description = "The schedule's name" };
        return new Command("delete", "Removes a schedule; what it has started goes on").With(installation, name).Does(async (parsed, client, cancellationToken) =>
        {
            var answer = await client.SendAsync(HttpMethod.Delete, parsed.Path(installation, $"/schedules/{CommandParts.Escaped(parsed.GetRequiredValue(name))}"), cancellationToken);
            if (parsed.IsJson())
                Screen.Print(answer);
            else
                Screen.Line("[green]✓[/] The schedule is removed.");
        });
    }
}
