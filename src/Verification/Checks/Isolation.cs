using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Checks;

/// <summary>What one site writes, no other reads. Only the calls that the command line names can tell.</summary>
internal static class Isolation
{
    private const string Cure = "Keep all data by app.installation.id of the verified token, and take the site from nothing else.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new("isolation-sites", Groups.Isolation, "What one site writes, another does not read", ContractSection.Tokens, Cure,
            (stage, ct) => PlayAsync(stage, writer => writer.On(Guid.NewGuid(), Guid.NewGuid()), "another site", ct)),
        new("isolation-reinstall", Groups.Isolation, "What a former installation of a site has written, the new one does not read by itself", ContractSection.Lifecycle,
            Cure + " After a reinstall the data of the former installation is found again by an operator's decision, never by the cloudId alone.",
            (stage, ct) => PlayAsync(stage, writer => writer.On(Guid.NewGuid()), "the next installation on the same site", ct)),
    ];

    private static async Task<Finding> PlayAsync(Stage stage, Func<TokenWish, TokenWish> other, string who, CancellationToken ct)
    {
        var writers = stage.OpenInvocations.Where(door => door.Body?.ToJsonString().Contains(InvocationPath.Marker, StringComparison.Ordinal) is true).ToList();
        var readers = stage.OpenInvocations.Where(door => door.Method is "GET").ToList();
        if (writers.Count == 0 || readers.Count == 0)
            return Finding.Skipped(
                "That can't be known without a call that writes and one that reads: name both, such as "
                + $"--invoke 'POST /tasks {{\"title\": \"{InvocationPath.Marker}\"}}' --invoke \"GET /tasks\".");
        var marker = $"verify-{Guid.NewGuid():N}";
        var (installation, cloud) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var writer in writers)
        {
            var body = JsonNode.Parse(writer.Body!.ToJsonString().Replace(InvocationPath.Marker, marker, StringComparison.Ordinal));
            await stage.CallAsync(writer with { Body = body, Token = writer.Token.On(installation, cloud) }, ct);
        }
        var complaints = new Complaints();
        var isSeen = false;
        foreach (var reader in readers)
        {
            var own = reader with { Token = reader.Token.On(installation, cloud) };
            isSeen |= Shows(await stage.CallAsync(own, ct), marker);
            if (Shows(await stage.CallAsync(own with { Token = other(own.Token) }, ct), marker))
                complaints.Add(reader.Name, $"shows {who} what a site has written");
        }
        return !complaints.AreNone ? complaints.ToFinding()
            : isSeen ? Finding.Passed()
            : Finding.Skipped("What was written is not to be seen by its own site either: name a call that reads it.");
    }

    private static bool Shows(RemoteAnswer answer, string marker) => answer.Body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(marker)) >= 0;
}
