using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>What the tests of a site's gate have in common.</summary>
public abstract class GateTests(ActorHost host) : ActorTests(host)
{
    protected static readonly LimitedCall Search = new("jira", "GET", "GET /rest/api/3/search/jql");
    protected static readonly LimitedCall Myself = new("jira", "GET", "GET /rest/api/3/myself");
    protected static readonly LimitedCall Edit = new("jira", "PUT", "PUT /rest/api/3/issue/{}", "ABC-1");
    protected static readonly LimitedCall Pages = new("confluence", "GET", "GET /wiki/api/v2/pages");
    protected static readonly TimeSpan Patient = TimeSpan.FromHours(2);

    protected string App { get; } = Guid.NewGuid().ToString();

    protected string Id { get; } = Guid.NewGuid().ToString();

    protected ICallGate Gate => Actor<ICallGate>(Id);

    protected Task<PermitAnswer> AskAsync(
        LimitedCall call, bool isBackground = false, TimeSpan? mostWait = null, PermitPlace? place = null, CallReading? reading = null, string? site = null) =>
        Actor<ICallGate>(site ?? Id).AskAsync(
            new(App, call, isBackground, mostWait ?? Patient) { Place = place, News = reading is null ? null : new(App, [reading]) });

    protected Task TellAsync(CallReading reading, string? site = null) => Actor<ICallGate>(site ?? Id).TellAsync(new(App, [reading]));

    protected Task RefuseAsync(LimitedCall call, string? reason, TimeSpan? retryAfter, bool resetHasPassed = false, string? site = null) => TellAsync(
        new(call.Product, call.Endpoint) { Issue = call.Issue, Refusal = new(reason, retryAfter, resetHasPassed) }, site);

    protected static CallReading Site(long? limit, long? remaining, TimeSpan? resetAfter = null, bool isNear = false) =>
        new("jira", Search.Endpoint) { Site = new(limit, remaining, resetAfter), IsNearLimit = isNear };

    protected static CallReading OfApp(long? limit, long? remaining) => new("jira", Search.Endpoint) { App = new(limit, remaining, null) };

    /// <summary>So that the next test's hour begins anew, whatever this one has used of it.</summary>
    protected void PassToTheNextHour() => Clock.Advance(HourEnd() - Now + TimeSpan.FromSeconds(1));

    protected DateTimeOffset HourEnd() => new DateTimeOffset(Now.Year, Now.Month, Now.Day, Now.Hour, 0, 0, TimeSpan.Zero).AddHours(1);

    protected async Task<bool> IsOpenAsync(LimitedCall call, bool isBackground = false, string? site = null) =>
        await AskAsync(call, isBackground, mostWait: TimeSpan.FromSeconds(1), site: site) is not { Verdict: PermitVerdict.Refused };
}
