namespace ForgeOrleans.Story;

/// <summary>Prints the story as it happens, and counts what went wrong.</summary>
internal sealed class Transcript(TextWriter output)
{
    private const int Width = 132;

    private readonly bool _colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
    private int _steps;

    public int Wrong { get; private set; }

    public int Right { get; private set; }

    public void Say(string text) => output.WriteLine(text);

    public void Step(string title) => output.WriteLine($"{Environment.NewLine}{Bold($"{++_steps,2}  {title}")}");

    public void Sent(string request) => output.WriteLine(Dim($"    → {Cut(request)}"));

    public void Received(string response) => output.WriteLine(Dim($"    ← {Cut(response)}"));

    public void Note(string what) => output.WriteLine($"    · {what}");

    /// <summary>Says what should be so, and whether it is.</summary>
    public void Expect(string what, bool isSo)
    {
        if (isSo)
            Right++;
        else
            Wrong++;
        output.WriteLine(isSo ? Green($"    ✓ {what}") : Red($"    ✗ {what}: this is not so"));
    }

    private static string Cut(string text) => text.Length <= Width ? text : $"{text[..Width]}…";

    private string Bold(string text) => Colour("1", text);

    private string Dim(string text) => Colour("2", text);

    private string Green(string text) => Colour("32", text);

    private string Red(string text) => Colour("31", text);

    private string Colour(string code, string text) => _colours ? $"\e[{code}m{text}\e[0m" : text;
}
