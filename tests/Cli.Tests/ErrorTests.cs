using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Cli.Tests;

/// <summary>What goes wrong is said with its cause and its cure, and scripts can tell it by the exit code.</summary>
public sealed class ErrorTests
{
    private const string Somebody = "9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0001";

    [Theory]
    [InlineData("FORGE_ADMIN_URL", "audit")]
    [InlineData("FORGE_ADMIN_KEY", "audit", "--url", "http://127.0.0.1:1")]
    [InlineData("not one of a remote", "audit", "--url", "backend", "--key", "a-key")]
    [InlineData("not one of a remote", "audit", "--url", "https://me:secret@backend.example.com", "--key", "a-key")]
    [InlineData("in the clear", "audit", "--url", "http://backend.example.com", "--key", "a-key")]
    [InlineData("line break", "audit", "--url", "http://127.0.0.1:1", "--key", "a-key\n")]
    [InlineData("not an installation's uuid", "erase", "../audit", "--yes")]
    [InlineData("not an installation's uuid", "installations", "show", "x")]
    [InlineData("--all", "dead-letters", "replay", Somebody)]
    [InlineData("--all", "dead-letters", "replay", Somebody, "item", "--all")]
    [InlineData("--older-than", "installations", "list", "--older-than", "soon", "--url", "http://127.0.0.1:1", "--key", "a-key")]
    [InlineData("--limit", "audit", "--limit", "0")]
    [InlineData("--help", "unknown")]
    public async Task What_cannot_be_meant_is_said(string says, params string[] arguments)
    {
        var run = await Cli.RunAsync(arguments);
        run.ExitCode.ShouldBe(2, run.Error);
        run.Error.ShouldContain(says);
        run.Error.ShouldNotContain("   at ");
        run.Error.ShouldNotContain("secret");
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_remote_that_does_not_answer_is_told_from_one_that_refuses()
    {
        var run = await Cli.RunAsync(["audit", "--url", "http://127.0.0.1:1", "--key", AdminScene.Key]);
        run.ExitCode.ShouldBe(3);
        run.Error.ShouldContain("does not answer");
        run.Error.ShouldNotContain(AdminScene.Key);
    }

    [Fact]
    public async Task A_wrong_key_is_named_and_not_repeated()
    {
        await using var scene = await AdminScene.StartAsync();
        var run = await Cli.RunAsync(["installations", "list", "--url", scene.Remote.Url.ToString(), "--key", "a-wrong-key-of-somebody"]);
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("FORGE_ADMIN_KEY");
        run.Error.ShouldNotContain("a-wrong-key-of-somebody");
    }

    [Fact]
    public async Task An_api_that_is_switched_off_is_said()
    {
        await using var remote = await Remote.StartAsync();
        var run = await Cli.RunAsync(["installations", "list", "--url", remote.Url.ToString(), "--key", AdminScene.Key]);
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("Forge:Admin:Key");
    }

    [Fact]
    public async Task An_unknown_installation_is_said()
    {
        await using var scene = await AdminScene.StartAsync();
        foreach (var arguments in new string[][] { ["installations", "show", Somebody], ["export", Somebody], ["erase", Somebody, "--yes"], ["dead-letters", "list", Somebody] })
        {
            var run = await Cli.RunAsync(scene, arguments);
            run.ExitCode.ShouldBe(1);
            run.Error.ShouldContain("There is no such installation.");
        }
    }

    [Fact]
    public async Task Something_else_at_the_address_is_said_and_a_redirect_does_not_get_the_key()
    {
        await using var target = await StubServer.StartAsync();
        await using var elsewhere = await StubServer.StartAsync();
        elsewhere.Answer = context =>
        {
            context.Response.Redirect(target.Url.ToString());
            return Task.CompletedTask;
        };
        var run = await Cli.RunAsync(["audit", "--url", elsewhere.Url.ToString(), "--key", AdminScene.Key]);
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("is not the admin API");
        target.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_is_there_without_a_remote()
    {
        foreach (var arguments in new string[][] { [], ["--help"], ["erase", "--help"] })
        {
            var run = await Cli.RunAsync(arguments);
            run.ExitCode.ShouldBe(0);
            run.Output.ShouldContain("forge-orleans");
        }
    }
}
