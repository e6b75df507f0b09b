using System.CommandLine;
using ForgeOrleans.Cli.Display;
using ForgeOrleans.Manifest;
using ForgeOrleans.Verification;

namespace ForgeOrleans.Cli.Commands;

/// <summary><c>verify</c>: plays the Forge Remote contract against a remote in any language.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> BaseUrl = new("base-url") { Description = "Where the remote is, such as http://127.0.0.1:5001" };
    private static readonly Option<string> Manifest = new("--manifest") { Description = "The app's manifest.yml", DefaultValueFactory = _ => "manifest.yml", HelpName = "file" };
    private static readonly Option<string> Remote = new("--remote") { Description = "The remote's key, when the manifest has several", HelpName = "key" };

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "Where the verifier's keys and product APIs are, for the remote to be configured with", DefaultValueFactory = _ => "http://127.0.0.1:4001", HelpName = "url",
    };

    private static readonly Option<string[]> Invoke = new("--invoke")
    {
        Description = "A call that the frontend makes: 'METHOD path [JSON body]'; {marker} in a body is a text of each site's own. Can be said several times",
        HelpName = "call",
    };

    private static readonly Option<string[]> Only = new("--only") { Description = "Play only this check or group. Can be said several times", HelpName = "name" };
    private static readonly Option<string[]> Skip = new("--skip") { Description = "Leave this check or group out. Can be said several times", HelpName = "name" };

    private static readonly Option<int> Patience = new("--patience")
    {
        Description = "How many seconds the remote may take to learn of a new key", DefaultValueFactory = _ => 40, HelpName = "seconds",
    };

    public static Command Create()
    {
        Patience.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is < 1 or > 600)
                result.AddError("--patience is a number of seconds from 1 to 600.");
        });
        var command = new Command(
            "verify",
            """
            Plays the Forge Remote contract against a remote in any language, and tells what it does not keep.

            It delivers events, installs and uninstalls made-up sites, and makes the calls that --invoke names: use a remote with data that may be spoiled. It needs no admin
            API and no key. Exit code 0: all passed; 1: something failed; 2: it could not be played.
            """).With(BaseUrl, Manifest, Remote, Listen, Invoke, Only, Skip, Patience);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await VerifyAsync(parsed, cancellationToken);
            }
            catch (Exception e) when (e is VerificationException or ManifestException)
            {
                throw new CliException(ExitCode.Misused, e.Message);
            }
        });
        return command;
    }

    private static async Task<int> VerifyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isJson = parsed.IsJson();
        var options = new VerificationOptions
        {
            BaseUrl = Uri.TryCreate(parsed.GetRequiredValue(BaseUrl), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url
                : throw new CliException(ExitCode.Misused, $"'{parsed.GetRequiredValue(BaseUrl)}' is not the URL of a remote: write it as http://127.0.0.1:5001."),
            Manifest = AppManifest.Load(parsed.GetRequiredValue(Manifest)),
            RemoteKey = parsed.GetValue(Remote),
            Listen = parsed.GetRequiredValue(Listen),
            Invocations = [.. (parsed.GetValue(Invoke) ?? []).Select(InvocationPath.Parse)],
            Only = parsed.GetValue(Only) ?? [],
            Skip = parsed.GetValue(Skip) ?? [],
            Patience = TimeSpan.FromSeconds(parsed.GetValue(Patience)),
            NotTrustedYet = configuration => VerificationView.NotTrusted(configuration, parsed.GetValue(Patience)),
        };
        var view = new VerificationView();
        var report = await RemoteVerifier.RunAsync(isJson ? options : options with { Checked = view.Show }, cancellationToken);
        if (isJson)
            Screen.Print(report.ToDocument());
        else
            VerificationView.Conclude(report);
        return report.HasPassed ? ExitCode.Done : ExitCode.Refused;
    }
}
