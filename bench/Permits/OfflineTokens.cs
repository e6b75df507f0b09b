using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.SingleNode;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Bench.Permits;

/// <summary>Handlers of one site that all act as the same absent user at once, through the doors that handlers have; the platform is a stand-in that counts.</summary>
internal static class OfflineTokens
{
    private const string Site = "00000002-3257-4000-8000-000000000000";
    private const string Cloud = "00000002-c10d-4000-8000-000000000000";
    private const string ApiBaseUrl = $"https://api.atlassian.com/ex/jira/{Cloud}";

    private const string App = "8db33809-1f32-48bb-8c52-5877dab48107";

    public static async Task MeasureAsync(int handlers)
    {
        var data = Directory.CreateTempSubdirectory("forge-offline-");
        try
        {
            var platform = new Counting();
            using var host = await StartAsync(data.FullName, platform);
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, handlers).Select(_ => Task.Run(() => HandleAsync(host.Services))));
            var took = Stopwatch.GetElapsedTime(began);
            await host.StopAsync();

            Console.WriteLine($"""
                {handlers:N0} handlers of one site, each of which calls once as the same absent user; all calls were made after {took.TotalSeconds:0.0} s, {Counting.Thinking.TotalSeconds:0} s of which the platform took to answer

                figure                                                      measured      target      reached
                requests for the user's token                           {platform.Requests,10}               1      {(platform.Requests == 1 && platform.Calls == handlers ? "yes" : "no")}
                """);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<IHost> StartAsync(string data, Counting platform)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["Forge:DataPath"] = data;
        // The calls themselves are to wait for nothing.
        builder.Configuration["Forge:ProductApi:Limits:Gets"] = "1000000000";
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        new ForgeRemoteBuilder(builder).AddCore().UseSingleNode();
        builder.Services.AddSingleton(new ProductTransport(platform));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task HandleAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var now = DateTimeOffset.UtcNow;
        scope.ServiceProvider.GetRequiredService<HandlerScope>().Bind(Invocation(now), new("system-token", null, now), now.AddSeconds(25));
        using var answer = await scope.ServiceProvider.GetRequiredService<JiraApi>().AsUser("absent-user").GetAsync("/rest/api/3/myself");
        answer.EnsureSuccessStatusCode();
    }

    private static ForgeInvocation Invocation(DateTimeOffset now) => new()
    {
        Installation = new()
        {
            AppId = App,
            InstallationId = Site,
            EnvironmentId = "00000002-e247-4000-8000-000000000000",
            ApiBaseUrl = ApiBaseUrl,
            Contexts = [new("jira", ApiBaseUrl, Cloud, null)],
        },
        IssuedAt = now,
    };

    /// <summary>The gateway and Jira. The gateway takes its time, so that all are there while it is asked.</summary>
    private sealed class Counting : HttpMessageHandler
    {
        public static readonly TimeSpan Thinking = TimeSpan.FromSeconds(2);

        private long _requests;
        private long _calls;

        public long Requests => _requests;

        public long Calls => _calls;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith("/graphql", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _calls);
                return new(request.Headers.Authorization?.Parameter == "offline" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
            }
            Interlocked.Increment(ref _requests);
            await Task.Delay(Thinking, cancellationToken);
            return new(HttpStatusCode.OK)
            {
                Content = JsonContent.Create(new { data = new { offlineUserAuthToken = new { success = true, authToken = new { token = "offline", ttl = 3_600 } } } }),
            };
        }
    }
}
