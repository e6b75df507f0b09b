using System.CommandLine;
using System.Text.Json;
using ForgeOrleans.Cli.Display;

namespace ForgeOrleans.Cli.Commands;

/// <summary><c>export</c>, <c>adopt</c> and <c>erase</c>.</summary>
internal static class LifeCommands
{
    public static Command Export()
    {
        var installation = CommandParts.Installation();
        var output = new Option<FileInfo>("--output", "-o") { Description = "Into this file, which only its owner can read [default: the standard output]", HelpName = "file" };
        return new Command("export", "Writes all that is kept of an installation, apart from tokens, as JSON").With(installation, output).Does(async (parsed, client, cancellationToken) =>
        {
            using var response = await client.OpenAsync(HttpMethod.Post, parsed.Path(installation, "/export"), cancellationToken);
            if (parsed.GetValue(output) is not { } file)
            {
                await using var stdout = Console.OpenStandardOutput();
                await CopyAsync(response, stdout, cancellationToken);
                return;
            }
            // It appears only when it is whole.
            var part = $"{file.FullName}.part";
            try
            {
                await using (var stream = new FileStream(part, Private()))
                    await CopyAsync(response, stream, cancellationToken);
                File.Move(part, file.FullName, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Refused, $"'{file.FullName}' cannot be written: {e.Message}");
            }
            finally
            {
                File.Delete(part);
            }
            file.Refresh();
            Screen.Note($"[green]✓[/] {Screen.Plain(file.FullName)}, {file.Length:N0} bytes.");
        });
    }

    public static Command Adopt()
    {
        var installation = CommandParts.Installation();
        var from = new Option<string>("--from") { Description = "The former installation's uuid", Required = true, HelpName = "uuid" };
        return new Command("adopt", "Takes over the documents of a former installation of the same app on the same site").With(installation, from).Does(async (parsed, client, cancellationToken) =>
        {
            var answer = await client.SendAsync(
                HttpMethod.Post, parsed.Path(installation, "/adopt"), cancellationToken, new { from = parsed.GetRequiredValue(from).Trim() });
            if (parsed.IsJson())
            {
                Screen.Print(answer);
                return;
            }
            var adoption = answer.GetProperty("adoption").Deserialize<AdoptionAnswer>(JsonSerializerOptions.Web);
            Screen.Line(adoption is { IsComplete: true }
                ? $"[green]✓[/] {Words.Many(adoption.Copied, "document", "documents")} copied; {adoption.Kept} kept as they were."
                : "[green]✓[/] It is decided and goes on by itself; `installations show` tells how far it is.");
        });
    }

    public static Command Erase()
    {
        var installation = CommandParts.Installation();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        return new Command("erase", "Erases all that is kept of an installation: for ever").With(installation, yes).Does(async (parsed, client, cancellationToken) =>
        {
            if (!parsed.GetValue(yes))
                await ConfirmAsync(client, parsed.Path(installation), cancellationToken);
            var answer = await client.SendAsync(HttpMethod.Delete, parsed.Path(installation), cancellationToken);
            if (parsed.IsJson())
                Screen.Print(answer);
            else
                Screen.Line(answer.GetProperty("isComplete").GetBoolean()
                    ? "[green]✓[/] All is erased."
                    : "[green]✓[/] It is decided and goes on by itself; `installations show` tells when it is complete.");
        });
    }

    // What is to be erased is shown first, so that the wrong one is noticed.
    private static async Task ConfirmAsync(AdminClient client, string path, CancellationToken cancellationToken)
    {
        var found = (await client.SendAsync(HttpMethod.Get, path, cancellationToken)).Deserialize<InstallationAnswer>(JsonSerializerOptions.Web)!;
        var sites = string.Join(", ", found.Contexts.Select(context => $"{context.Name} {context.CloudId ?? context.WorkspaceId}"));
        Screen.Note($"[bold]{Screen.Plain(found.InstallationId)}[/]  {Words.Life(found.Life)}  {Screen.Plain(sites)}");
        Screen.Note(
            $"Its documents, its tokens and its work ({Words.Many(found.Queue.Waiting + found.Queue.Running, "item", "items")}, {Words.Many(found.Queue.DeadLetters, "dead letter", "dead letters")}) are erased for ever. `forge-orleans export` keeps a copy.");
        if (Screen.Ask("Type [bold]erase[/] to go on: ") != "erase")
            throw new CliException(ExitCode.Refused, "Nothing was erased: it was not confirmed. Where nobody can be asked, say --yes.");
    }

    private static async Task CopyAsync(HttpResponseMessage response, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.CopyToAsync(target, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CliException(ExitCode.Unreachable, $"The export broke off, and what there is of it is not all: {e.Message.TrimEnd('.')}. Try again.");
        }
    }

    private static FileStreamOptions Private()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
