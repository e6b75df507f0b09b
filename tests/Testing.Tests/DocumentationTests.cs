using System.Runtime.CompilerServices;

namespace ForgeOrleans.Testing.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_sample_of_the_page_is_a_part_of_a_test_that_runs()
    {
        var tests = Path.GetDirectoryName(Here())!;
        var sources = Directory.GetFiles(tests, "*.cs").Select(file => Trimmed(File.ReadAllText(file))).ToList();
        var samples = File.ReadAllText(Path.Combine(tests, "../../docs/testing.md")).ReplaceLineEndings("\n").Split("```csharp\n").Skip(1).Select(rest => rest.Split("```")[0]).ToList();
        samples.Count.ShouldBeGreaterThan(8);
        foreach (var sample in samples)
            sources.ShouldContain(source => source.Contains(Trimmed(sample), StringComparison.Ordinal), $"No test has this sample:\n{sample}");
    }

    private static string Trimmed(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())).Trim();

    private static string Here([CallerFilePath] string path = "") => path;
}
