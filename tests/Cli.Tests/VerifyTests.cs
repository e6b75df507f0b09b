using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ForgeOrleans.Verification.Tests.Remotes;

namespace ForgeOrleans.Cli.Tests;

/// <summary><c>forge-orleans verify</c>, as a developer or a pipeline runs it.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly string _manifest = Path.GetTempFileName();
    private readonly string _listen = $"http://127.0.0.1:{FreePort()}";

    public VerifyTests() => File.WriteAllText(_manifest, SloppyManifest.Text);

    [Fact]
    public async Task A_good_remote_passes_and_the_output_can_be_read()
    {
        await using var remote = await StartAsync(Fault.None);
        var run = await RunAsync(remote, "--skip", "keys");
        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        run.Output.ShouldContain("✓ A token that expired ten minutes ago is refused");
        run.Output.ShouldContain("Forged tokens");
        run.Output.ShouldContain(", 0 failed");
        run.Output.ShouldNotContain("\u001b");
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fault_fails_with_its_reason_what_to_do_and_the_section()
    {
        await using var remote = await StartAsync(Fault.IgnoresExpiry);
        var run = await RunAsync(remote, "--only", "forged-tokens");
        run.ExitCode.ShouldBe(1, run.Output + run.Error);
        run.Output.ShouldContain("✗ A token that expired ten minutes ago is refused  token-expired, contract 3");
        run.Output.ShouldContain("POST /events");
        run.Output.ShouldContain("let it in");
        run.Output.ShouldContain("Check \"exp\"");
        run.Output.ShouldContain("1 failed");
    }

    [Fact]
    public async Task Json_is_one_document_and_nothing_else()
    {
        await using var remote = await StartAsync(Fault.RedirectsToSlash);
        var run = await RunAsync(remote, "--only", "answers", "--json");
        run.ExitCode.ShouldBe(1, run.Output + run.Error);
        var document = JsonDocument.Parse(run.Output).RootElement;
        document.GetProperty("passed").GetBoolean().ShouldBeFalse();
        document.GetProperty("checks").EnumerateArray().Where(check => check.GetProperty("outcome").GetString() == "failed")
            .Select(check => check.GetProperty("id").GetString()).ShouldBe(["no-redirect"]);
    }

    [Fact]
    public async Task A_remote_that_does_not_trust_the_verifier_is_told_what_it_needs()
    {
        await using var remote = await SloppyRemote.StartAsync();
        var run = await RunAsync(remote, "--patience", "1");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"{_listen}/.well-known/jwks.json");
        run.Error.ShouldContain(SloppyManifest.AppId);
        run.Error.ShouldContain("30 s");
        run.Output.ShouldContain("token-good, contract 3");
    }

    [Theory]
    [InlineData("Required argument missing", "verify")]
    [InlineData("not the URL of a remote", "verify", "backend", "--manifest", "MANIFEST")]
    [InlineData("can't be read", "verify", "http://127.0.0.1:1", "--manifest", "nowhere.yml")]
    [InlineData("did not take the connection", "verify", "http://127.0.0.1:1", "--manifest", "MANIFEST", "--listen", "http://127.0.0.1:0")]
    [InlineData("is not a call", "verify", "http://127.0.0.1:1", "--manifest", "MANIFEST", "--invoke", "tasks")]
    [InlineData("no check and no group", "verify", "http://127.0.0.1:1", "--manifest", "MANIFEST", "--only", "everything")]
    [InlineData("no remote 'other'", "verify", "http://127.0.0.1:1", "--manifest", "MANIFEST", "--remote", "other", "--listen", "http://127.0.0.1:0")]
    [InlineData("loopback only", "verify", "http://127.0.0.1:1", "--manifest", "MANIFEST", "--listen", "http://0.0.0.0:0")]
    [InlineData("--patience", "verify", "http://127.0.0.1:1", "--manifest", "MANIFEST", "--patience", "0")]
    public async Task What_cannot_be_played_is_said_in_a_sentence(string says, params string[] arguments)
    {
        var run = await Cli.RunAsync([.. arguments.Select(argument => argument == "MANIFEST" ? _manifest : argument)]);
        run.ExitCode.ShouldBe(2, run.Output + run.Error);
        run.Error.ShouldContain(says);
        run.Error.ShouldNotContain("   at ");
        run.Output.ShouldBeEmpty();
    }

    public void Dispose() => File.Delete(_manifest);

    private Task<SloppyRemote> StartAsync(Fault fault) => SloppyRemote.StartAsync(fault, new($"{_listen}/.well-known/jwks.json"));

    private Task<CliRun> RunAsync(SloppyRemote remote, params string[] more) => Cli.RunAsync(
        ["verify", remote.Url.ToString(), "--manifest", _manifest, "--listen", _listen, "--invoke", "GET /notes", "--invoke", "POST /notes {\"text\": \"{marker}\"}", .. more]);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
