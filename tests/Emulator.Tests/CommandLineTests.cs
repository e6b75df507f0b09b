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
            "--manifest", Manifest, "--remote", "http://127.0.0.1:5001", "--urls", "http://127.0.0.1:0", "--wording=seed");
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

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "ForgeOrleans.Emulator.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
