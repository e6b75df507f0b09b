using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ForgeOrleans.TestServers;
using Xunit.Abstractions;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>What a process of each role is to its callers, with and without the others.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RoleTests(SharedProcesses shared, ITestOutputHelper output)
{
    private const string NewTask = """{"department":"R","team":"T","description":"Be there"}""";

    [ProcessFact]
    public async Task An_Api_without_silos_says_so_at_once_and_works_as_soon_as_they_are_there()
    {
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var cluster = await ClusterProcesses.NewAsync(server);
        await server.StopAsync();
        var api = await cluster.Start("Api").AliveAsync();
        var token = cluster.Platform.Mint(Guid.NewGuid().ToString());
        await IsUnavailableAtOnceAsync(api, token);

        await server.StartAsync();
        await cluster.StartAsync(silos: 1, apis: 0);
        await WorksAsync(api, token, TimeSpan.FromSeconds(10), "silos came");

        var watch = Stopwatch.StartNew();
        await cluster.KillAllAsync();
        await api.NotReadyAsync(TimeSpan.FromSeconds(20));
        output.WriteLine($"Not ready {watch.Elapsed.TotalSeconds:f1} s after the silos' death.");
        await IsUnavailableAtOnceAsync(api, token);

        await cluster.StartAsync(silos: 1, apis: 0);
        output.WriteLine($"A silo is ready {watch.Elapsed.TotalSeconds:f1} s after the others' death.");
        await WorksAsync(api, token, TimeSpan.FromSeconds(10), "they came back");
    }

    [ProcessFact]
    public async Task A_silo_answers_for_its_health_and_nothing_else()
    {
        var cluster = await shared.TakeClusterAsync();
        var silo = cluster.Silos[0];
        var token = cluster.Platform.Mint(Guid.NewGuid().ToString());

        (await silo.StatusAsync("/health/live")).ShouldBe(HttpStatusCode.OK);
        (await silo.StatusAsync("/health/ready")).ShouldBe(HttpStatusCode.OK);
        foreach (var path in (string[])["/", "/tasks/", "/echo", "/confluence/content?as=app", "/health/other", "/healthy", "/health/../tasks/"])
            foreach (var sent in (string?[])[token, null])
            {
                using var read = await silo.SendAsync(HttpMethod.Get, path, sent);
                read.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
                using var write = await silo.SendAsync(HttpMethod.Post, path, sent, NewTask);
                write.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
            }
        shared.GiveBack(cluster);
    }

    [ProcessFact]
    public async Task One_process_that_is_both_is_enough()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await ClusterProcesses.NewAsync(shared.Server);
        var port = $"{Ports.Next()}";
        var development = cluster.Start(
            "ApiAndSilo", ("Forge__Cluster__Provider", "Development"), ("Forge__Cluster__ConnectionString", null), ("Forge__DataPath", folder.Path),
            ("Forge__Cluster__SiloPort", port), ("Forge__Cluster__PrimarySilo", $"127.0.0.1:{port}"));
        foreach (var process in (ClusterProcess[])[cluster.Start(null), development])
            await WorksAsync(await process.ReadyAsync(), cluster.Platform.Mint(Guid.NewGuid().ToString()), TimeSpan.FromSeconds(10), "it is ready");
    }

    private async Task WorksAsync(ClusterProcess api, string token, TimeSpan patience, string since)
    {
        var watch = Stopwatch.StartNew();
        await api.ReadyAsync(patience);
        using var created = await api.SendAsync(HttpMethod.Post, "/tasks/", token, NewTask);
        created.StatusCode.ShouldBe(HttpStatusCode.OK, await created.Content.ReadAsStringAsync());
        using var listed = await api.SendAsync(HttpMethod.Get, "/tasks/", token);
        (await listed.Content.ReadAsStringAsync()).ShouldContain("Be there");
        watch.Elapsed.ShouldBeLessThan(patience);
        output.WriteLine($"Works {watch.Elapsed.TotalSeconds:f1} s after {since}.");
    }

    private static async Task IsUnavailableAtOnceAsync(ClusterProcess api, string token)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            var watch = Stopwatch.StartNew();
            using var answer = await api.SendAsync(method, "/tasks/", token, method == HttpMethod.Post ? NewTask : null);
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
            var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
            error.GetProperty("code").GetString().ShouldBe("unavailable");
            error.GetProperty("message").GetString()!.ShouldContain("silos");
        }
        (await api.StatusAsync("/health/live")).ShouldBe(HttpStatusCode.OK);
        using var ready = await api.SendAsync(HttpMethod.Get, "/health/ready", null);
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).ShouldContain("No silo of the cluster can be reached.");
    }
}
