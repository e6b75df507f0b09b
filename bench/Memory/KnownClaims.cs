using System.Text;
using ForgeOrleans.Api.Tokens;

namespace ForgeOrleans.Bench.Memory;

/// <summary>What the front remembers of a site: its claim <c>app</c>, read as the front reads it.</summary>
internal sealed class KnownClaims(TimeProvider clock) : IDisposable
{
    private readonly KnownApps _known = new(clock);

    public KnownApp Read(string installation, string app, string environment, string cloud)
    {
        var claim = Encoding.UTF8.GetBytes($$$"""
            {"id":"ari:cloud:ecosystem::app/{{{app}}}","version":"4","appVersion":"4.2.0","installationId":"ari:cloud:ecosystem::installation/{{{installation}}}","apiBaseUrl":"https://api.atlassian.com/ex/confluence/{{{cloud}}}","environment":{"type":"PRODUCTION","id":"ari:cloud:ecosystem::environment/{{{app}}}/{{{environment}}}"},"module":{"type":"xen:macro","key":"task-board"},"installation":{"id":"ari:cloud:ecosystem::installation/{{{installation}}}","contexts":[{"name":"confluence","apiBaseUrl":"https://api.atlassian.com/ex/confluence/{{{cloud}}}","cloudId":"{{{cloud}}}"},{"name":"jira","apiBaseUrl":"https://api.atlassian.com/ex/jira/{{{cloud}}}","cloudId":"{{{cloud}}}"}]},"license":{"active":true,"type":"COMMERCIAL","billingPeriod":"MONTHLY"}}
            """);
        var (read, _) = InvocationReader.ReadApp(claim);
        _known.Remember(claim, read!);
        return read!;
    }

    public void Dispose() => _known.Dispose();
}
