using System.Net;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>A cluster whose processes know each other by certificates.</summary>
[Collection(ProcessCollection.Name)]
public sealed class TlsTests(SharedProcesses shared)
{
    [ProcessFact]
    public async Task Who_has_no_certificate_of_the_clusters_authority_can_neither_join_nor_call_while_the_cluster_goes_on()
    {
        using var authority = new Authority();
        using var another = new Authority();
        await using var cluster = await ClusterProcesses.NewAsync(shared.Server);
        await Task.WhenAll(cluster.StartSiloAsync(authority.Issue()), cluster.StartApiAsync(authority.Issue()));
        await cluster.StartSiloAsync(authority.Issue());
        await using var load = new Load(cluster, Load.NewSites(20));
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));

        ClusterProcess[] silos = [cluster.Start("Silo", another.Issue()), cluster.Start("Silo")];
        ClusterProcess[] apis = [cluster.Start("Api", another.Issue()), cluster.Start("Api")];
        await Task.WhenAll(apis.Select(api => api.NotReadyAsync()));
        await Task.WhenAll(apis.Select(api => api.SaysAsync("The silos cannot be reached")));
        await Task.WhenAll(silos.Select(silo => silo.SaysAsync("Failed to get ping responses")));
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));

        foreach (var api in apis)
        {
            using var answer = await api.SendAsync(HttpMethod.Get, "/tasks/", cluster.Platform.Mint(Guid.NewGuid().ToString()));
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }
        foreach (var stranger in silos.Concat(apis))
            (await stranger.StatusAsync("/health/ready")).ShouldNotBe(HttpStatusCode.OK);
        await cluster.ActiveSilosAsync(2, TimeSpan.Zero);
        await load.StopAsync();
        load.Failures.ShouldBeEmpty();
        await load.AllAcknowledgedIsThereOnceAsync();
    }
}
