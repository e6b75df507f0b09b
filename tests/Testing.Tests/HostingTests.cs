using System.Diagnostics;
using System.Text.Json;
using ForgeOrleans.Conformance;
using ForgeOrleans.Manifest;
using ForgeOrleans.Testing.Tests.Notes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Testing.Tests;

public sealed class HostingTests
{
    private const string TaskBoardManifest = "samples/TaskBoard/manifest.yml";

    [Fact]
    public async Task A_program_is_hosted_on_a_port_by_any_type_of_its_assembly()
    {
        await using var platform = await ForgePlatform.StartAsync(TaskBoardManifest);
        await using var remote = platform.Host<TaskBoard.EchoAnswer>(new RemoteHostOptions { OnPort = true });
        (remote.Url.Host, remote.Url.Port).ShouldNotBe(("localhost", 80));
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri(remote.Url, "/health/live"))).ShouldNotBeEmpty();
        var ada = platform.Site("acme").User("Ada");
        var answer = await ada.InvokeAsync("POST", "/echo", new { n = 1 }, new() { Headers = new Dictionary<string, string> { ["x-sent"] = new('x', 128 * 1024) } });
        answer.Json.GetProperty("principal").GetString().ShouldBe(ada.AccountId);
        await platform.ShouldHaveKeptTheContractAsync();
    }

    [Fact]
    public async Task A_process_on_a_port_is_a_remote_too()
    {
        await using var platform = await ForgePlatform.StartAsync(TaskBoardManifest);
        var folder = Directory.CreateTempSubdirectory("forge-testing-tests-");
        var start = new ProcessStartInfo("dotnet", [typeof(TaskBoard.EchoAnswer).Assembly.Location, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = folder.FullName, RedirectStandardOutput = true,
        };
        foreach (var (name, value) in platform.EnvironmentVariables)
            start.Environment[name] = value;
        start.Environment["Forge__Manifest"] = Path.GetFullPath("../../../../../samples/TaskBoard/manifest.yml", AppContext.BaseDirectory);
        using var process = Process.Start(start)!;
        try
        {
            platform.UseRemote(await UrlOfAsync(process));
            var acme = platform.Site("acme");
            var made = await acme.User("Ada").InvokeAsync("POST", "/tasks/", new { department = "R&D", team = "Forge", description = "Far away" });
            made.Status.ShouldBe(200);
            await acme.RunTriggerAsync("hourly");
            await acme.WhenWorkIsDoneAsync();
            await platform.ShouldHaveKeptTheContractAsync();
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            folder.Delete(true);
        }
    }

    [Fact]
    public async Task What_is_hosted_again_finds_its_data()
    {
        await using var platform = await ForgePlatform.StartAsync(NotesApp.Manifest);
        var (app, ada) = (new NotesApp(), platform.Site("acme").User("Ada"));
        await using (await app.HostAsync(platform))
            (await ada.InvokeAsync("PUT", "/notes/one", new { text = "Stay" })).Status.ShouldBe(200);

        var between = await Should.ThrowAsync<ForgeTestException>(() => ada.InvokeAsync("GET", "/notes"));
        between.Message.ShouldContain("Nobody has said where the remote \"notes-backend\" is");

        await using (await app.HostAsync(platform, new() { OnPort = true }))
            (await ada.InvokeAsync("GET", "/notes")).Text.ShouldContain("Stay");
    }

    [Fact]
    public async Task A_tests_own_settings_and_services_go_first()
    {
        await using var platform = await ForgePlatform.StartAsync(TaskBoardManifest);
        await using var remote = platform.Host<Program>(new RemoteHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Forge:Work:Attempts"] = "3" },
            Configure = host => host
                .UseSetting("Forge:Work:PerSite", "2")
                .ConfigureServices(services => services.AddSingleton(new Marker())),
        });
        var work = remote.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<ForgeOrleans.Work.WorkOptions>>().Value;
        (work.Attempts, work.PerSite, work.FirstRetry).ShouldBe((3, 2, TimeSpan.FromMilliseconds(50)));
        remote.Services.GetService<Marker>().ShouldNotBeNull();
        (await remote.Http.GetAsync("/health/live")).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task The_clock_of_the_test_is_the_platforms_and_the_remotes()
    {
        var clock = new FakeClock();
        await using var scene = await NotesScene.StartAsync(new() { Clock = clock });
        (await scene.Ada.InvokeAsync("GET", "/who", options: new() { Token = new() { ExpiresIn = TimeSpan.FromSeconds(-20) } })).Status.ShouldBe(200);
        (await scene.Ada.InvokeAsync("GET", "/who", options: new() { Token = TokenChanges.Expired })).Request.Status.ShouldBe(401);

        // The handler runs out of its time before the platform's 25 s are over.
        var slow = scene.Ada.InvokeAsync("GET", "/slow");
        await scene.App.Slow.Task;
        clock.Advance(TimeSpan.FromSeconds(24.9));
        (await slow).Status.ShouldBe(504);
        clock.Advance(TimeSpan.FromHours(5));
        (await scene.Ada.InvokeAsync("GET", "/issues")).Json.GetProperty("key").GetString().ShouldBe("ROAD-1");
    }

    [Fact]
    public async Task A_remote_that_never_answers_runs_out_of_the_platforms_time()
    {
        var clock = new FakeClock();
        await using var platform = await ForgePlatform.StartAsync(NotesApp.Manifest, new() { Clock = clock });
        var ended = new TaskCompletionSource();
        await using var remote = await platform.HostAsync(_ => { }, app => app.MapGet("/never", async (HttpContext context) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            finally
            {
                ended.SetResult();
            }
        }));
        var call = platform.Site("acme").User("Ada").InvokeAsync("GET", "/never");
        await clock.TimerSetAsync(TimeSpan.FromSeconds(25));
        while (!call.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(20);
        }
        (await call).Rejection.ShouldBe("Remote invocation timed out after 25 seconds");
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Each_of_an_apps_remotes_is_hosted_by_itself()
    {
        const string manifest = """
            app:
              id: ari:cloud:ecosystem::app/3f7a2c1e-9b44-4d52-8a1e-6c0f5e2d9a10
            remotes:
              - key: one
                baseUrl: https://one.example.com
                operations: [fetch]
              - key: two
                baseUrl: https://two.example.com
                operations: [fetch]
            """;
        await using var platform = await ForgePlatform.StartAsync(AppManifest.Parse(manifest));
        await using var one = await HostAsync("one");
        await using var two = await HostAsync("two");
        var ada = platform.Site("acme").User("Ada");
        (await ada.RequestAsync("GET", "/name", options: new() { Remote = "two" })).Json.GetString().ShouldBe("two");
        (await ada.RequestAsync("GET", "/name", options: new() { Remote = "one" })).Json.GetString().ShouldBe("one");
        Should.Throw<ForgeTestException>(() => platform.UseRemote(new("http://127.0.0.1:1")))
            .Message.ShouldBe("The manifest has several remotes: say which of them, one or two.");

        Task<HostedRemote> HostAsync(string key) =>
            platform.HostAsync(_ => { }, app => app.MapGet("/name", () => Results.Json(key)), new() { Remote = key });
    }

    [Fact]
    public async Task Nothing_is_left_on_the_disk()
    {
        string folder;
        await using (var scene = await NotesScene.StartAsync())
        {
            await scene.Ada.InvokeAsync("PUT", "/notes/one", new { text = "Gone" });
            folder = scene.Remote.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>()["Forge:DataPath"]!;
            Directory.EnumerateFileSystemEntries(folder).ShouldNotBeEmpty();
        }
        Directory.Exists(folder).ShouldBeFalse();
        Directory.Exists(Path.GetDirectoryName(folder)).ShouldBeFalse();
    }

    private static async Task<Uri> UrlOfAsync(Process process)
    {
        const string before = "Now listening on: ";
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.IndexOf(before, StringComparison.Ordinal) is >= 0 and var at)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new(line[(at + before.Length)..].Trim());
            }
        }
        throw new InvalidOperationException("The process ended without listening.");
    }

    private sealed record Marker;
}
