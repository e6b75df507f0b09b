using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Bench.ClusterMemory;

/// <summary>Sites as the front sees them.</summary>
internal static class Site
{
    public const int TokenBytes = 1_000;

    public static Task AdmitAsync(Admissions admissions, int first, int count) => Parallel.ForEachAsync(
        Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = 128 }, async (i, _) =>
        {
            var now = DateTimeOffset.UtcNow;
            var invocation = new ForgeInvocation { Installation = Facts(i), Module = new("xen:macro", "task-board"), IssuedAt = now };
            await admissions.AdmitAsync(invocation, new(Token(), null, now), default);
        });

    private static InstallationFacts Facts(int site) => new()
    {
        InstallationId = Id(site, 1),
        AppId = Id(0, 3),
        AppVersion = "4.2.0",
        EnvironmentId = Id(0, 4),
        EnvironmentType = "PRODUCTION",
        ApiBaseUrl = $"https://api.atlassian.com/ex/confluence/{Id(site, 2)}",
        Contexts =
        [
            new("confluence", $"https://api.atlassian.com/ex/confluence/{Id(site, 2)}", Id(site, 2), null),
            new("jira", $"https://api.atlassian.com/ex/jira/{Id(site, 2)}", Id(site, 2), null),
        ],
        License = new() { Active = true, Type = "COMMERCIAL", BillingPeriod = "MONTHLY" },
    };

    private static string Id(int number, int kind) => $"{number:x8}-{kind:x4}-4000-8000-000000000000";

    private static string Token()
    {
        var payload = Encoding.UTF8.GetBytes($$"""{"exp":{{DateTimeOffset.UtcNow.AddHours(3).ToUnixTimeSeconds()}}}""");
        var token = $"e30.{Base64Url.EncodeToString(payload)}.";
        return token + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes))[..(TokenBytes - token.Length)];
    }
}
