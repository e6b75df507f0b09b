using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ForgeOrleans.Cli.Display;

/// <summary>What operators see: answers on the standard output, all else beside it.</summary>
internal static class Screen
{
    // Into a file or a pipe nothing is wrapped that fits a wide terminal.
    private const int WidthOfFiles = 200;

    private static readonly JsonSerializerOptions Indented =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly IAnsiConsole Out = Open(Console.Out, Console.IsOutputRedirected);
    private static readonly IAnsiConsole Beside = Open(Console.Error, Console.IsErrorRedirected);

    public static void Print(object answer) => Console.Out.WriteLine(JsonSerializer.Serialize(answer, Indented));

    public static void Show(IRenderable part) => Out.Write(part);

    /// <summary>A line of markup: texts from elsewhere go through <see cref="Plain"/>.</summary>
    public static void Line(string markup = "") => Out.MarkupLine(markup);

    /// <summary>A line of markup that is not part of the answer.</summary>
    public static void Note(string markup) => Beside.MarkupLine(markup);

    /// <summary>What went wrong, and what to do. Not wrapped: it may be long, and is copied.</summary>
    public static void Complain(string sentence) =>
        Beside.Write(new ControlledLine(Console.IsErrorRedirected ? $"forge-orleans: {Clean(sentence)}" : $"✗ {Clean(sentence)}"));

    /// <summary>Asks, and returns what was typed; null when nobody is there to type.</summary>
    public static string? Ask(string markup)
    {
        Beside.Markup(markup);
        var typed = Console.In.ReadLine();
        if (typed is null)
            Beside.WriteLine();
        return typed?.Trim();
    }

    /// <summary>Makes a text of somebody else's safe to show: no markup, no control character, on one line.</summary>
    // A colon by itself is no part of an emoji's name: the id of an app, ari:cloud:…, would be shown with a cloud in it.
    public static string Plain(string? text) => Markup.Escape(Clean(text ?? "")).Replace(":", "[default]:[/]", StringComparison.Ordinal);

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => " ",
                // Among these are those that turn the direction of writing, and with it what a line seems to say.
                UnicodeCategory.Format or UnicodeCategory.Surrogate => "",
                _ => rune.ToString(),
            });
        return clean.ToString();
    }

    private static IAnsiConsole Open(TextWriter writer, bool isRedirected)
    {
        if (!isRedirected)
            return AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(writer) });
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = WidthOfFiles;
        return console;
    }

    private sealed class ControlledLine(string text) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [new(text, new Style(Color.Red)), Segment.LineBreak];
    }
}
