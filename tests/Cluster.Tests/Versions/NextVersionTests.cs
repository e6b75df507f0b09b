using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Cluster.Tests.Silos;
using ForgeOrleans.Conformance;
using ForgeOrleans.Documents;
using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using Orleans.TestingHost;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>While a cluster is updated, silos of this version and of the next serve each other's calls.</summary>
public sealed class NextVersionTests(NextVersionCluster live) : IClassFixture<NextVersionCluster>
{
    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    public static TheoryData<bool> Directions => [true, false];

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task An_installation_is_served_across_versions(bool callerIsNext)
    {
        var (caller, silo) = Ends(callerIsNext);
        var before = live.Written;
        var site = new Site { Id = await live.NewOnAsync<IInstallationActor>(silo, "installation", actor => actor.DescribeAsync(DescribeRequest.Instance)) };
        var (facts, system, user) = (site.Facts(Now), TestTokens.Until(Now.AddHours(1)), TestTokens.Opaque());
        var installation = caller.Get<IInstallationActor>(site.Id);

        (await installation.AdmitAsync(new(facts, AccessToken.Receive(system, Now), "a", AccessToken.Receive(user, Now)))).ShouldBe(Admission.Admitted);
        (await installation.AdmitAsync(new(facts with { AppId = Guid.NewGuid().ToString() }))).ShouldBe(Admission.RefusedOtherApp);

        (await installation.DescribeAsync(DescribeRequest.Instance)).ShouldBe(facts);
        (await installation.GetTokenAsync(new(null)))!.Text().ShouldBe(system);
        (await installation.GetTokenAsync(new("a")))!.Text().ShouldBe(user);
        (await installation.GetTokenAsync(new("b"))).ShouldBeNull();
        live.Written.ShouldBeGreaterThan(before, "or the next version is none");
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Documents_are_served_across_versions(bool callerIsNext)
    {
        var (caller, silo) = Ends(callerIsNext);
        var key = await live.NewOnAsync<ISiteStateActor>(silo, "site-state", actor => actor.GetAsync(new("a", "b")));
        var site = caller.Get<ISiteStateActor>(key);
        var json = Encoding.UTF8.GetBytes("""{"text":"ü"}""");

        (await site.CommitAsync(new([new(new("notes", "one"), json, 0)]))).ShouldBe(new(1, 0, null));
        (await site.CommitAsync(new([new(new("notes", "one"), json, 0)]))).Conflict.ShouldBe(new(new("notes", "one"), 0, 1));
        (await site.GetAsync(new("notes", "one")))!.Utf8Json.ToArray().ShouldBe(json);
        var page = await site.ListAsync(new("notes", "", null, 10));
        page.Documents.ShouldHaveSingleItem().Key.ShouldBe("one");
        (await site.CommitAsync(new([new(new("notes", "one"), null, 1)]))).Deleted.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task The_index_is_served_across_versions(bool callerIsNext)
    {
        var (caller, silo) = Ends(callerIsNext);
        var key = await live.NewOnAsync<IInstallationIndex>(silo, "installation-index", actor => actor.ListAsync(new()));
        var index = caller.Get<IInstallationIndex>(key);
        var entry = new IndexedInstallation("i", Samples.Issued);

        await index.EnterAsync(new(entry, null));
        await index.EnterAsync(new(entry, "site"));

        (await index.ListAsync(new())).Installations.ShouldBe([entry]);
        (await index.ListAsync(new("site"))).Installations.ShouldBe([entry]);
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Failures_are_told_across_versions(bool callerIsNext)
    {
        var (caller, silo) = Ends(callerIsNext);
        var probe = caller.Get<IWireProbe>(await live.NewProbeOnAsync(silo));
        var failure = await Should.ThrowAsync<ForgeException>(() => probe.FailAsync(new(nameof(ForgeException), "No.", ForgeErrorCode.Conflict, TimeSpan.FromSeconds(2))));
        (failure.Code, failure.Message, failure.RetryAfter).ShouldBe((ForgeErrorCode.Conflict, "No.", TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task What_the_next_version_says_of_an_installation_is_kept_by_this_one()
    {
        var (caller, silo) = Ends(callerIsNext: true);
        var site = new Site { Id = await live.NewOnAsync<IInstallationActor>(silo, "installation", actor => actor.DescribeAsync(DescribeRequest.Instance)) };
        await caller.Get<IInstallationActor>(site.Id).AdmitAsync(new(site.Facts(Now)));

        var row = JsonNode.Parse(live.Storage.Read<StoredRows>("rows", GrainId.Create("installation", site.Id)).Rows["facts"])!;
        row["AddedLater"]!.ToJsonString().ShouldBe("[1,2]");
    }

    private (IActors Caller, InProcessSiloHandle Silo) Ends(bool callerIsNext) =>
        callerIsNext ? (LiveCluster.ActorsOf(live.Next), live.This) : (LiveCluster.ActorsOf(live.This), live.Next);
}
