namespace ForgeOrleans.Testing;

/// <content>Whether remotes kept the contract.</content>
public sealed partial class ForgePlatform
{
    /// <summary>The requests, of the last 1,000, with which a remote broke the contract, each with what was wrong and the section that says so. Waits for those under way.</summary>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyList<RemoteRequest>> BrokenRequestsAsync(CancellationToken ct = default) =>
        [.. (await Requests.UntilAnsweredAsync(_ => true, ct)).Where(request => request.Verdict is ContractVerdict.Broken)];

    /// <summary>Fails the test when a remote broke the contract with any of the last 1,000 requests. A forged token that was refused is not a breach.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ForgeTestException">One did: the message has every request, what was wrong, and the section that says so.</exception>
    public async Task ShouldHaveKeptTheContractAsync(CancellationToken ct = default)
    {
        const int MostTold = 20;
        var broken = await BrokenRequestsAsync(ct);
        if (broken.Count == 0)
            return;
        var lines = broken.Take(MostTold).Select(request => request.Told());
        throw new ForgeTestException(string.Join(
            Environment.NewLine,
            [$"The remote broke the contract with {broken.Count} {(broken.Count == 1 ? "request" : "requests")}:", .. lines, .. broken.Count > MostTold ? ["…"] : Array.Empty<string>()]));
    }
}
