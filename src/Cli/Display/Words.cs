using System.Globalization;

namespace ForgeOrleans.Cli.Display;

/// <summary>How times, counts and states are written.</summary>
internal static class Words
{
    private const string Absent = "[grey]–[/]";

    /// <summary>A time, by how far away it is: nobody reads a date to learn that it is now.</summary>
    public static string Ago(DateTimeOffset? time) => time is not { } at
        ? Absent
        : (DateTimeOffset.UtcNow - at) is var ago && ago >= TimeSpan.Zero ? ago < TimeSpan.FromSeconds(5) ? "now" : $"{Span(ago)} ago" : $"in {Span(-ago)}";

    public static string Exactly(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Span(double? seconds) => seconds is { } known ? Span(TimeSpan.FromSeconds(known)) : Absent;

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => $"{span.TotalMilliseconds:0} ms",
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)span.TotalHours} h {span.Minutes:00} min",
        _ => $"{(int)span.TotalDays} days",
    };

    public static string Count(long count, string? alarm = null) => count == 0
        ? "[grey]0[/]"
        : alarm is null ? count.ToString("N0", CultureInfo.InvariantCulture) : $"[{alarm}]{count.ToString("N0", CultureInfo.InvariantCulture)}[/]";

    public static string Many(long count, string one, string many) => $"{count.ToString("N0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many)}";

    public static string Text(string? text) => text is { Length: > 0 } ? Screen.Plain(text) : Absent;

    public static string Life(string life) => life switch
    {
        "active" => "[green]active[/]",
        "installed" => "[aqua]installed[/]",
        "uninstalled" => "[yellow]uninstalled[/]",
        "erased" => "[grey]erased[/]",
        _ => Screen.Plain(life),
    };

    public static string Outcome(string? outcome) => outcome switch
    {
        null => "[aqua]runs[/]",
        "succeeded" => "[green]succeeded[/]",
        "failed" or "dead letter" => $"[red]{outcome}[/]",
        "started" => "[yellow]started[/]",
        _ => Screen.Plain(outcome),
    };
}
