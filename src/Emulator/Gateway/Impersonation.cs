using System.Text.RegularExpressions;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Gateway;

/// <summary>Tokens of users who aren't in session, or the reason why there is none (contract, section 5).</summary>
internal sealed partial class Impersonation(Platform platform, AccessTokens tokens, ILogger<Impersonation> logger)
{
    public ImpersonationOutcome Impersonate(AccessGrant caller, ImpersonationInput input)
    {
        var outcome = Decide(caller, input);
        if (outcome.Problem is { } problem)
        {
            Refused(logger, input.UserId, caller.Site.Id, problem);
        }
        else
        {
            Impersonated(logger, input.UserId, caller.Site.Id);
        }

        return outcome;
    }

    private ImpersonationOutcome Decide(AccessGrant caller, ImpersonationInput input)
    {
        if (caller.User is not null)
        {
            return new("Only the app's system token can be exchanged for the token of a user");
        }

        var scopes = platform.Manifest.Scopes.Where(scope => scope.AllowImpersonation).Select(scope => scope.Name).ToList();
        if (scopes.Count is 0)
        {
            return new("The app has no scope with allowImpersonation: true in its manifest");
        }

        if (ProblemOf(input.ContextIds, caller.Site) is { } problem)
        {
            var contexts = string.Join(", ", input.ContextIds);
            return new($"Could not load permissions for app user in the provided contextIds of [{contexts}]: {problem}");
        }

        var here = caller.Site.Users.FirstOrDefault(user => user.AccountId == input.UserId);
        var anywhere = here ?? platform.Sites.SelectMany(site => site.Users).FirstOrDefault(user => user.AccountId == input.UserId);
        return (here, anywhere) switch
        {
            (_, null) => new($"User {input.UserId} does not exist or can't be impersonated"),
            (_, { Active: false }) => new($"User {input.UserId} is deactivated"),
            (null, _) or ({ HasAccess: false }, _) => new($"User {input.UserId} has no access to the app in this context"),
            _ => Grant(caller.Site, here, scopes),
        };
    }

    private ImpersonationOutcome Grant(Site site, User user, IEnumerable<string> scopes)
    {
        var ttl = platform.Limits.Sizes.ImpersonationTtl;
        return new(tokens.Mint(site, user, TimeSpan.FromSeconds(ttl), AccessTokens.Audience, scopes), ttl);
    }

    private static string? ProblemOf(IReadOnlyList<string> contexts, Site site)
    {
        if (contexts.Count is 0)
        {
            return "there is none";
        }

        foreach (var context in contexts)
        {
            if (ContextId().Match(context) is not { Success: true } match)
            {
                return "a context is ari:cloud:<product>::site/<cloudId>";
            }

            if (match.Groups["cloudId"].Value != site.CloudId)
            {
                return "the token is for another site";
            }

            if (!site.Products.Contains(match.Groups["product"].Value))
            {
                return $"the app is not installed in {match.Groups["product"].Value}";
            }
        }

        return null;
    }

    [GeneratedRegex("^ari:cloud:(?<product>[a-z-]+)::site/(?<cloudId>[0-9A-Za-z-]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex ContextId();

    [LoggerMessage(1, LogLevel.Information, "The app impersonates {User} on {Site}")]
    private static partial void Impersonated(ILogger logger, string user, string site);

    [LoggerMessage(2, LogLevel.Information, "The app may not impersonate {User} on {Site}: {Problem}")]
    private static partial void Refused(ILogger logger, string user, string site, string problem);
}

/// <summary>Who is to be impersonated, and where.</summary>
internal sealed record ImpersonationInput(IReadOnlyList<string> ContextIds, string UserId);

/// <summary>A token and for how many seconds it lasts, or a problem.</summary>
internal sealed record ImpersonationOutcome(string? Token, int Ttl, string? Problem)
{
    public ImpersonationOutcome(string token, int ttl)
        : this(token, ttl, null)
    {
    }

    public ImpersonationOutcome(string problem)
        : this(null, 0, problem)
    {
    }
}
