using System.Security.Cryptography;

namespace ForgeOrleans.Bench.Callers;

/// <summary>One invocation, all but its method, path and body.</summary>
public sealed record Caller(Site Site, string Fit, string TraceId, string SpanId)
{
    /// <summary>Makes callers of every site in turn, users or the platform itself, with as many processors as there are.</summary>
    public static Caller[] Make(RSA key, int count, int siteCount, bool areDeliveries = false)
    {
        var sites = Enumerable.Range(0, siteCount).Select(number => new Site(number)).ToArray();
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var callers = new Caller[count];
        // An RSA object is for one thread at a time.
        Parallel.For(0, count, () => RSA.Create(parameters), (number, _, own) =>
        {
            var site = sites[number % siteCount];
            callers[number] = new Caller(site, new FitMint(own).Mint(site, number / siteCount, areDeliveries), RandomHex(32), RandomHex(16));
            return own;
        }, own => own.Dispose());
        return callers;
    }

    /// <summary>Writes the file that the load generator reads: a caller a line.</summary>
    public static void Save(string path, IEnumerable<Caller> callers) =>
        File.WriteAllLines(path, callers.Select(c => $"{c.Fit} {c.Site.SystemToken} {c.TraceId} {c.SpanId}"));

    public static string[] ReadFits(string path) => [.. File.ReadLines(path).Select(line => line[..line.IndexOf(' ')])];

    private static string RandomHex(int length) => RandomNumberGenerator.GetHexString(length, lowercase: true);
}
