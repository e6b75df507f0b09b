using ForgeOrleans.Emulator.Faults;
using ForgeOrleans.Testing.Tests.Notes;

namespace ForgeOrleans.Testing.Tests;

public sealed class WrongUsageTests : IAsyncLifetime
{
    private ForgePlatform _platform = null!;

    private ForgeSite Acme => _platform.Site("acme");

    public async Task InitializeAsync() => _platform = await ForgePlatform.StartAsync(NotesApp.Manifest);

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task A_manifest_that_is_nowhere_is_said_to_be()
    {
        var thrown = await Should.ThrowAsync<ForgeTestException>(() => ForgePlatform.StartAsync("nowhere/manifest.yml"));
        thrown.Message.ShouldContain("There is no \"nowhere/manifest.yml\" in ");
        thrown.Message.ShouldContain("or in a folder above it");
    }

    [Fact]
    public async Task Nothing_is_called_before_a_remote_is_hosted()
    {
        const string said = "Nobody has said where the remote \"notes-backend\" is: host it with platform.Host<Program>(), or call platform.UseRemote(url) for one on a port.";
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.User("Ada").InvokeAsync("GET", "/"))).Message.ShouldBe(said);
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.SendEventAsync("avi:jira:created:issue"))).Message.ShouldBe(said);
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.RunTriggerAsync("hourly"))).Message.ShouldBe(said);
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.UninstallAsync())).Message.ShouldBe(said);
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.CallWebTriggerAsync("hook"))).Message.ShouldBe(said);
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.WhenWorkIsDoneAsync())).Message.ShouldBe(said);
    }

    [Fact]
    public async Task What_the_manifest_does_not_have_is_named_with_what_it_has()
    {
        _platform.UseRemote(new("http://127.0.0.1:1"));
        Should.Throw<ForgeTestException>(() => _platform.Site("acne")).Message.ShouldBe("There is no site \"acne\". The sites: acme, globex; ForgePlatformOptions.Sites makes more.");
        Should.Throw<ForgeTestException>(() => Acme.User("Eve")).Message.ShouldContain("Its users: Ada Lovelace, Ben Okafor, Kim Larsen");
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.SendEventAsync("avi:jira:created:isue"))).Message.ShouldContain("the events: avi:jira:created:issue");
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.RunTriggerAsync("hurly"))).Message.ShouldContain("its triggers: hourly");
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.User("Ada").InvokeAsync("GET", "/", options: new() { Module = "nots" }))).Message.ShouldContain("\"nots\"");
        (await Should.ThrowAsync<ForgeTestException>(() => _platform.Faults.AddAsync(new Fault { Kind = FaultKind.Reset, Site = "acne" }))).Message.ShouldContain("There is no site \"acne\"");
        (await Should.ThrowAsync<ForgeTestException>(() => _platform.Faults.AddAsync(new Fault { Kind = FaultKind.Error, Status = 404 }))).Message.ShouldContain("500 to 599");
        (await Should.ThrowAsync<ForgeTestException>(() => _platform.Clock.JumpAsync(TimeSpan.FromSeconds(-1)))).Message.ShouldContain("jumps forward only");
        Should.Throw<ForgeTestException>(() => _platform.UseRemote(new("http://127.0.0.1:1"), "other")).Message.ShouldBe("The manifest has no remote \"other\". Its remotes: notes-backend.");
        Should.Throw<ForgeTestException>(() => _platform.UseRemote(new("file:///tmp"))).Message.ShouldContain("is not the URL of a remote");
    }

    [Fact]
    public async Task A_remote_that_is_not_there_is_said_not_to_be()
    {
        _platform.UseRemote(new("http://127.0.0.1:1"));
        (await Acme.User("Ada").InvokeAsync("GET", "/")).Request.Findings.ShouldHaveSingleItem().Message.ShouldContain("The remote could not be reached at http://127.0.0.1:1");
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.WhenWorkIsDoneAsync())).Message.ShouldContain("The remote's admin API can't be reached at http://127.0.0.1:1/");
    }

    [Fact]
    public async Task A_remote_without_the_admin_API_does_not_tell_of_work()
    {
        await using var remote = await _platform.HostAsync(_ => { }, _ => { });
        (await Should.ThrowAsync<ForgeTestException>(() => Acme.WhenWorkIsDoneAsync())).Message.ShouldContain("It must be a ForgeOrleans app with the admin API switched on");
    }

    [Fact]
    public async Task A_program_that_does_not_fit_the_manifest_does_not_start()
    {
        Should.Throw<Exception>(() => _platform.Host<Program>()).Message.ShouldContain("manifest");
        await using var hosted = await new NotesApp().HostAsync(_platform);
        (await Should.ThrowAsync<ForgeTestException>(() => new NotesApp().HostAsync(_platform))).Message.ShouldContain("is hosted already");
    }

    [Fact]
    public async Task A_wait_without_an_end_ends()
    {
        var never = new TaskCompletionSource();
        await using var platform = await ForgePlatform.StartAsync(NotesApp.Manifest, new() { WaitLimit = TimeSpan.FromSeconds(5) });
        await using var remote = await platform.HostAsync(_ => { }, app => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/never", () => never.Task));
        var late = await Should.ThrowAsync<ForgeTestException>(() => platform.Site("acme").User("Ada").InvokeAsync("GET", "/never"));
        late.Message.ShouldContain("Waited 5 s for the remote's answer to GET /never as Ada Lovelace on acme.");
        never.SetResult();
    }
}
