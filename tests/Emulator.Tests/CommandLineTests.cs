using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The emulator as it is started by hand.</summary>
public class CommandLineTests
{
    private static readonly string Manifest = Path.Combine(Scene.TaskBoardFolder, "manifest.yml");

    [Fact]
    public async Task It_says_what_a_remote_must_be_told_to_trust_it()
    {
        using var process = Start(
            "--manifest", Manifest, "--remote", "http://127.0.0.1:5001", "--urls", "http://127.0.0.1:0", "--wording=seed",
            "--sites", "3", "--limit", "getPerSecond=7", "--limit=tier=global");
        try
        {
            var configuration = new Dictionary<string, string>();
            while (!configuration.ContainsKey("Forge__ProductApi__GatewayUrl"))
            {
                var line = await process.StandardOutput.ReadLineAsync()
                    ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
                if (line.Split(' ', '=') is ["export", var name, var value])
                {
                    configuration[name] = value;
                }
            }

            var url = configuration["Forge__ProductApi__GatewayUrl"];
            configuration.ShouldContainKeyAndValue("Forge__Apps__0__Id", "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107");
            configuration.ShouldContainKeyAndValue("Forge__Apps__0__JwksUrl", $"{url}/.well-known/jwks.json");
            configuration.ShouldContainKeyAndValue("Forge__ProductApi__AllowedOrigins__0", url);
            using var client = new HttpClient();
            var keys = JsonNode.Parse(await client.GetStringAsync(configuration["Forge__Apps__0__JwksUrl"]))!;
            keys["keys"]!.AsArray().ShouldHaveSingleItem();
            var limits = JsonNode.Parse(await client.GetStringAsync($"{url}/limits"))!;
            limits["sites"]!.AsArray().Count.ShouldBe(3);
            limits["sizes"]!["getPerSecond"]!.GetValue<int>().ShouldBe(7);
            limits["sizes"]!["tier"]!.GetValue<string>().ShouldBe("global");
        }
        finally
        {
            process.Kill();
        }
    }

    [Theory]
    [InlineData("0.0.0.0", "loopback only", "--urls", "http://0.0.0.0:4001")]
    [InlineData("mail", "URL of a remote", "--remote", "mail:x@y")]
    [InlineData("loud", "today or seed", "--wording", "loud")]
    [InlineData("moon", "DEVELOPMENT", "--environment", "moon")]
    [InlineData("--speed", "no option", "--speed", "9")]
    [InlineData("--urls", "needs a value", "--urls")]
    [InlineData("--sites", "from 2 to 1000", "--sites", "1")]
    [InlineData("fast", "such as getPerSecond=20", "--limit", "fast")]
    [InlineData("speed", "no limits", "--limit", "speed=1")]
    [InlineData("getPerSecond", "from 1 to", "--limit", "getPerSecond=0")]
    [InlineData("--time-scale", "from 1 to 10000", "--time-scale", "0")]
    [InlineData("--duplicates", "from 0 to 1", "--duplicates=often")]
    [InlineData("--schedule", "true or false", "--schedule=maybe")]
    [InlineData("other", "no remote", "--remote", "other=http://127.0.0.1:1")]
    [InlineData("nowhere.yml", "can't be read", "--manifest", "nowhere.yml")]
    public async Task What_it_cannot_do_it_says_and_ends(string what, string why, params string[] arguments)
    {
        using var process = Start(["--manifest", Manifest, .. arguments]);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(1);
        var message = await process.StandardError.ReadToEndAsync();
        message.ShouldContain(what);
        message.ShouldContain(why);
        message.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_schedule_runs_by_the_time_scale()
    {
        var fired = new TaskCompletionSource();
        await using var remote = await StubRemote.StartAsync();
        remote.Answer = http =>
        {
            if (remote.Received.Count > 4)
            {
                fired.TrySetResult();
            }

            return Task.CompletedTask;
        };
        var manifest = Path.GetTempFileName();
        await File.WriteAllTextAsync(manifest, DeliveryScene.ManifestText);
        using var process = Start(
            "--manifest", manifest, "--remote", $"{remote.Url}", "--urls", "http://127.0.0.1:0", "--schedule", "--time-scale", "10000");
        try
        {
            await fired.Task.WaitAsync(TimeSpan.FromSeconds(30));
            remote.Received.ShouldAllBe(received => received.Target == "/triggers/hourly");
        }
        finally
        {
            process.Kill();
            File.Delete(manifest);
        }
    }

    [Fact]
    public async Task The_help_tells_that_triggers_fire_only_when_asked()
    {
        using var process = Start("--help");
        (await process.StandardOutput.ReadToEndAsync()).ShouldContain("--schedule ");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "ForgeOrleans.Emulator.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
