using System.ComponentModel;
using ForgeOrleans.Emulator.Sites;
using Microsoft.AspNetCore.Mvc;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>Which requests of the feed are wanted; everything is optional.</summary>
internal sealed record RequestQuery
{
    public const int Usual = 200;
    private const int LongestSearch = 1000;

    [Description("Those with ids above this.")]
    [FromQuery(Name = "after")]
    public long? After { get; init; }

    [Description("Those with ids below this.")]
    [FromQuery(Name = "before")]
    public long? Before { get; init; }

    [Description("How many, at most 1,000: with \"after\" the first of them, otherwise the last. 200 unless told.")]
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [Description("The id of the site.")]
    [FromQuery(Name = "site")]
    public string? Site { get; init; }

    [Description("One of invoke, fetch, function, event, lifecycle, trigger, preUninstall and webTrigger.")]
    [FromQuery(Name = "kind")]
    public string? Kind { get; init; }

    [Description("Whether the remote kept the contract: kept, warned, broken or running.")]
    [FromQuery(Name = "verdict")]
    public string? Verdict { get; init; }

    [Description("A text in what the list shows of them, at most 1,000 characters.")]
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    /// <summary>Chooses among all requests.</summary>
    /// <exception cref="CallRefusedException">Something is out of its range.</exception>
    public IReadOnlyList<SentRequest> Choose(IReadOnlyList<SentRequest> all, Platform platform)
    {
        var limit = Limit ?? Usual;
        if (limit is not (>= 1 and <= RequestFeed.Capacity))
        {
            throw Refused($"limit is from 1 to {RequestFeed.Capacity}.");
        }

        if (Search?.Length > LongestSearch)
        {
            throw Refused($"search has at most {LongestSearch} characters.");
        }

        var site = Site is null ? null : Caller.SiteOf(platform, Site, null).Id;
        var kind = Named<RequestKind>("kind", Kind);
        var verdict = Named<RequestVerdict>("verdict", Verdict);
        var chosen = all
            .Where(sent => (After is null || sent.Id > After) && (Before is null || sent.Id < Before))
            .Where(sent => site is null || sent.Call.Caller.Site.Id == site)
            .Where(sent => kind is null || sent.Call.Kind == kind)
            .Where(sent => verdict is null || sent.Verdict == verdict)
            .Where(sent => string.IsNullOrEmpty(Search) || Texts(sent).Any(text => text.Contains(Search, StringComparison.OrdinalIgnoreCase)));
        return [.. After is null ? chosen.TakeLast(limit) : chosen.Take(limit)];
    }

    private static IEnumerable<string> Texts(SentRequest sent)
    {
        var call = sent.Call;
        return new[]
        {
            $"{sent.Method} {sent.Path}", $"{sent.Ended?.Status}", sent.Ended?.Says, call.Caller.Site.Id, call.Caller.User?.Name,
            call.Parcel?.Key, call.Parcel?.ModuleKey ?? call.Caller.Module.Key,
        }.OfType<string>().Concat(sent.Ended?.Findings.Select(finding => finding.Message) ?? []);
    }

    private static T? Named<T>(string parameter, string? name)
        where T : struct, Enum =>
        string.IsNullOrEmpty(name) ? null
        : Enum.GetNames<T>().Contains(name, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(name, ignoreCase: true)
        : throw Refused($"{parameter} is one of {string.Join(", ", Enum.GetNames<T>().Select(known => char.ToLowerInvariant(known[0]) + known[1..]))}, not \"{name}\".");

    private static CallRefusedException Refused(string message) => new(StatusCodes.Status400BadRequest, message);
}
