using ForgeOrleans.Conformance;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using Microsoft.Extensions.Logging.Abstractions;

namespace ForgeOrleans.SingleNode.Tests.ProductApis;

/// <summary>A site has as many users as it likes; its actor has room for some of them.</summary>
public sealed class OfflineUsersMemoryTests
{
    [Fact]
    public async Task Where_too_many_users_come_those_are_forgotten_of_whom_least_is_left()
    {
        var clock = new FakeClock();
        var users = new OfflineUsersActor(new("site", null!, null!), new PlentyForAll(), clock, NullLogger<OfflineUsersActor>.Instance);
        for (var i = 0; i < OfflineUsersActor.MostUsers; i++)
        {
            await AskAsync(i);
            await users.ReportAsync(new(User(i), "app", $"{i}", new(AccessToken.Receive($"t{i}", clock.GetUtcNow()), null, TimeSpan.FromSeconds(10_000 + i))));
        }

        (await AskAsync(OfflineUsersActor.MostUsers)).ShouldBe(OfflineTokenDecision.Fetch);

        // Who is being asked for is not forgotten for the next ones.
        for (var i = 1; i < 500; i++)
            await AskAsync(OfflineUsersActor.MostUsers + i);
        (await AskAsync(OfflineUsersActor.MostUsers, "another")).ShouldBe(OfflineTokenDecision.Busy);
        (await AskAsync(999)).ShouldBe(OfflineTokenDecision.Fetch);
        (await AskAsync(1_000)).ShouldBe(OfflineTokenDecision.Known);
        (await AskAsync(OfflineUsersActor.MostUsers - 1)).ShouldBe(OfflineTokenDecision.Known);

        async Task<OfflineTokenDecision> AskAsync(int user, string? asker = null) => (await users.AskAsync(new(User(user), "app", asker ?? $"{user}"))).Decision;
    }

    private static OfflineUser User(int user) => new("ari:cloud:jira::site/1", $"user-{user}");

    private sealed class PlentyForAll : IActors, IOfflineTokenBudget
    {
        public TActor Get<TActor>(string key) where TActor : class => (TActor)(object)this;

        public Task<OfflineBudgetGrant> TakeAsync(OfflineBudgetRequest request, CancellationToken cancellationToken = default) => Task.FromResult(new OfflineBudgetGrant(request.Most));

        public Task BlockAsync(OfflineBudgetBlock block, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
