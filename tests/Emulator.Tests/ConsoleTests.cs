using System.Net;
using System.Text.RegularExpressions;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The console's files, as a browser gets them.</summary>
public partial class ConsoleTests
{
    [Fact]
    public async Task The_console_is_all_in_the_assembly_and_asks_nothing_of_the_web()
    {
        await using var scene = await Scene.StartAsync();
        var pending = new Queue<string>(["index.html"]);
        var seen = new HashSet<string>();
        while (pending.TryDequeue(out var file))
        {
            if (!seen.Add(file))
            {
                continue;
            }

            using var response = await scene.Client.GetAsync($"/console/{file}");
            response.StatusCode.ShouldBe(HttpStatusCode.OK, file);
            var text = await response.Content.ReadAsStringAsync();
            AddressOfTheWeb().Matches(text).Select(match => match.Value).ShouldAllBe(url => url == "http://www.w3.org/" || url.StartsWith("http://127.0.0.1"), file);
            foreach (Match match in NamedFile().Matches(text))
            {
                pending.Enqueue(match.Groups[1].Value);
            }
        }

        seen.ShouldContain("main.js");
        seen.ShouldContain("feed.js");
        seen.ShouldContain("console.css");
    }

    [Theory]
    [InlineData("", "text/html")]
    [InlineData("main.js", "text/javascript")]
    [InlineData("console.css", "text/css")]
    [InlineData("mark.svg", "image/svg+xml")]
    public async Task Nothing_runs_in_it_but_its_own_files(string file, string type)
    {
        await using var scene = await Scene.StartAsync();
        using var response = await scene.Client.GetAsync($"/console/{file}");
        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("<script>");
    }

    [Theory]
    [InlineData("/console/nothing.js")]
    [InlineData("/console/..%2fEmulator.csproj")]
    [InlineData("/console/%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    public async Task There_is_nothing_else_below_it(string path)
    {
        await using var scene = await Scene.StartAsync();
        using var response = await scene.Client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task It_is_where_one_looks_for_it()
    {
        await using var scene = await Scene.StartAsync();
        foreach (var path in (string[])["/", "/console"])
        {
            using var response = await scene.Client.GetAsync(path);
            response.RequestMessage!.RequestUri!.AbsolutePath.ShouldBe("/console/");
        }
    }

    [Fact]
    public async Task Files_of_a_folder_are_served_as_they_are_now()
    {
        var folder = Directory.CreateTempSubdirectory("console-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "index.html"), "first");
            await using var scene = await Scene.StartAsync(options => options with { ConsoleFolder = folder.FullName });
            (await scene.Client.GetStringAsync("/console/")).ShouldBe("first");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "index.html"), "second");
            (await scene.Client.GetStringAsync("/console/")).ShouldBe("second");
            (await scene.Client.GetStringAsync("/console/main.js")).ShouldContain("import");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_folder_without_a_console_is_told_at_the_start() =>
        (await Should.ThrowAsync<EmulatorException>(() => Scene.StartAsync(options => options with { ConsoleFolder = "nowhere" }))).Message
            .ShouldContain("has no index.html");

    [GeneratedRegex("""(?:from|import|src=|href=)\s*["'](?:\./)?([\w-]+\.(?:js|css|svg))["']""")]
    private static partial Regex NamedFile();

    [GeneratedRegex("""https?://[\w.-]+/?""")]
    private static partial Regex AddressOfTheWeb();
}
