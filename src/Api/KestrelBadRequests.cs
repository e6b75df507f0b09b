using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api;

/// <summary>Kestrel quotes up to 128 characters of a malformed header line in its log, which can be the beginning of a token.</summary>
internal static class KestrelBadRequests
{
    private const string Category = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    public static void Silence(ILoggingBuilder logging)
    {
        logging.AddFilter(Category, LogLevel.None);
        // A rule that names a provider, as Logging:Console:LogLevel:Default makes one, would count for more than one that does not.
        logging.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            foreach (var provider in options.Rules.Select(rule => rule.ProviderName).OfType<string>().Distinct().ToList())
                options.Rules.Add(new(provider, Category, LogLevel.None, null));
        });
    }
}
