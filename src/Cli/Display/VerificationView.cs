using ForgeOrleans.Verification;
using Spectre.Console;

namespace ForgeOrleans.Cli.Display;

/// <summary>Shows a verification while it goes on: a line for what is well, and for what is not why, and what to do.</summary>
internal sealed class VerificationView
{
    private const int Indent = 6;

    private string? _group;

    /// <summary>Tells what the remote must be configured with, beside the answer.</summary>
    public static void NotTrusted(RemoteConfiguration configuration, int patience)
    {
        Screen.Note($"[yellow]The remote refuses the verifier's first good token.[/] It must be configured with:");
        Screen.Note($"  JWKS URL      [bold]{Screen.Plain($"{configuration.JwksUrl}")}[/]");
        Screen.Note($"  app id        [bold]{Screen.Plain(configuration.AppId)}[/]");
        Screen.Note($"  API base URL  [bold]{Screen.Plain($"{configuration.ApiBaseUrl}")}[/]  (in place of https://api.atlassian.com)");
        Screen.Note($"Many libraries fetch unknown keys only every 30 s, so it is tried again for {patience} s…");
    }

    /// <summary>Shows a check as soon as it is known how it ended.</summary>
    public void Show(CheckResult result)
    {
        if (_group != result.Check.Group)
            Screen.Line($"\n[bold]{Title(result.Check.Group)}[/]");
        _group = result.Check.Group;
        var title = Screen.Plain(result.Check.Title);
        Screen.Line(result.Outcome switch
        {
            CheckOutcome.Passed => $"  [green]✓[/] {title}",
            CheckOutcome.Failed => $"  [red]✗ {title}[/]  [grey]{Name(result)}[/]",
            CheckOutcome.Warned => $"  [yellow]![/] {title}  [grey]{Name(result)}[/]",
            _ => $"  [grey]– {title}[/]",
        });
        if (result.Outcome is CheckOutcome.Passed)
            return;
        Paragraph(result.Outcome is CheckOutcome.Skipped ? $"[grey]{Screen.Plain(result.Reason)}[/]" : Screen.Plain(result.Reason));
        if (result.Outcome is CheckOutcome.Failed or CheckOutcome.Warned)
            Paragraph($"[aqua]{Screen.Plain(result.Check.Cure)}[/]");
    }

    /// <summary>Says how it ended.</summary>
    public static void Conclude(VerificationReport report)
    {
        var counts = new[]
        {
            $"[green]{report.Count(CheckOutcome.Passed)} passed[/]",
            report.Count(CheckOutcome.Failed) is > 0 and var failed ? $"[red]{failed} failed[/]" : "0 failed",
            report.Count(CheckOutcome.Warned) is > 0 and var warned ? $"[yellow]{Words.Many(warned, "warning", "warnings")}[/]" : null,
            report.Count(CheckOutcome.Skipped) is > 0 and var skipped ? $"[grey]{skipped} skipped[/]" : null,
        };
        Screen.Line($"\n{Words.Many(report.Results.Count, "check", "checks")} in {Words.Span(report.Took)}: {string.Join(", ", counts.OfType<string>())}.");
        if (!report.IsTrusted)
            Screen.Line($"The remote must trust the keys at [bold]{Screen.Plain($"{report.Configuration.JwksUrl}")}[/] for the app {Screen.Plain(report.Configuration.AppId)}.");
    }

    private static void Paragraph(string markup) => Screen.Show(new Padder(new Markup(markup), new(Indent, 0, 0, 0)));

    private static string Name(CheckResult result) => $"{result.Check.Id}, contract {result.Check.Section.Number}";

    private static string Title(string group) => $"{char.ToUpperInvariant(group[0])}{group[1..].Replace('-', ' ')}";
}
