using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using ForgeOrleans;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;

namespace TaskBoard;

/// <summary>Calls a product in a loop, to show that it keeps within every limit. Off unless <c>TaskBoard:Simulation</c> is true.</summary>
public static class ProductLoad
{
    private const string Offline = "offline:";

    // What the answer takes after the last call.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1.5);

    /// <summary>Makes as many calls as are asked for, and answers how they fared.</summary>
    public static void MapProductLoad(this WebApplication app)
    {
        if (!Simulation.IsOnIn(app.Configuration))
            return;
        app.MapForgeInvocation("POST", "/load", async (Load load, ForgeProducts products, HandlerScope scope, TimeProvider clock, CancellationToken cancellationToken) =>
        {
            var client = Client(products.For(load.Product), load);
            var results = new Results(clock);
            var left = load.Count;
            await Task.WhenAll(Enumerable.Range(0, Math.Min(load.Parallel, load.Count)).Select(async _ =>
            {
                while (Interlocked.Decrement(ref left) >= 0 && clock.GetUtcNow() < scope.Deadline - Reserve)
                    await results.AddAsync(() => CallAsync(client, load, cancellationToken));
            }));
            return results.Answer();
        });
    }

    private static ProductClient Client(ProductApi api, Load load)
    {
        var client = load.As switch
        {
            "app" => api.AsApp(),
            "user" => api.AsUser(),
            { } who when who.StartsWith(Offline, StringComparison.Ordinal) && who.Length > Offline.Length => api.AsUser(who[Offline.Length..]),
            _ => throw new ForgeException(ForgeErrorCode.InvalidRequest, "'as' is 'app', 'user' or 'offline:<accountId>'."),
        };
        return load.Background ? client.InBackground() : client;
    }

    private static async Task<int> CallAsync(ProductClient client, Load load, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new(load.Method), load.Path.TrimStart('/').Insert(0, "/"));
        if (load.Method is not ("GET" or "HEAD" or "DELETE"))
            request.Content = JsonContent.Create(new { });
        using var response = await client.SendAsync(request, cancellationToken: cancellationToken);
        return (int)response.StatusCode;
    }

    /// <summary>What to call.</summary>
    public sealed record Load(
        [property: Required, StringLength(50, MinimumLength = 1)] string Product,
        [property: Required, RegularExpression("GET|HEAD|POST|PUT|PATCH|DELETE")] string Method,
        [property: Required, StringLength(1_000, MinimumLength = 1)] string Path,
        [property: Range(1, 100_000)] int Count,
        [property: Range(1, 1_000)] int Parallel = 10,
        string As = "app",
        bool Background = false);

    private sealed class Results(TimeProvider clock)
    {
        private readonly Lock _gate = new();
        private readonly SortedDictionary<int, int> _byStatus = [];
        private readonly long _began = clock.GetTimestamp();
        private int _refused;
        private int _failed;
        private TimeSpan _longest;

        public async Task AddAsync(Func<Task<int>> call)
        {
            var began = clock.GetTimestamp();
            int? status = null;
            var isRefused = false;
            try
            {
                status = await call();
            }
            catch (CallNotPermittedException)
            {
                isRefused = true;
            }
            catch (Exception e) when (e is HttpRequestException or ForgeException)
            {
                // Counted below: it has no status.
            }
            var took = clock.GetElapsedTime(began);
            lock (_gate)
            {
                if (status is { } known)
                    _byStatus[known] = _byStatus.GetValueOrDefault(known) + 1;
                else if (isRefused)
                    _refused++;
                else
                    _failed++;
                _longest = took > _longest ? took : _longest;
            }
        }

        public object Answer() => new
        {
            ByStatus = _byStatus.ToDictionary(pair => $"{pair.Key}", pair => pair.Value),
            RefusedByGate = _refused,
            Failed = _failed,
            Seconds = Math.Round(clock.GetElapsedTime(_began).TotalSeconds, 3),
            MaxWaitMs = (long)_longest.TotalMilliseconds,
        };
    }
}
