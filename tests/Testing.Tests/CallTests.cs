using System.Text.Json;

namespace ForgeOrleans.Testing.Tests;

public sealed class CallTests : IAsyncLifetime
{
    private NotesScene _scene = null!;

    public async Task InitializeAsync() => _scene = await NotesScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Everybody_calls_as_who_they_are()
    {
        var ada = _scene.Ada;
        foreach (var answer in new[]
        {
            await ada.InvokeAsync("GET", "/who"), await ada.RequestAsync("GET", "/who"), await ada.CallFromFunctionAsync("GET", "/who"),
        })
        {
            answer.Json.GetProperty("principal").GetString().ShouldBe(ada.AccountId);
            answer.Json.GetProperty("installationId").GetString().ShouldBe(_scene.Acme.InstallationId);
        }
        (await _scene.Acme.Anonymous.InvokeAsync("GET", "/who")).Json.GetProperty("principal").ValueKind.ShouldBe(JsonValueKind.Null);
        (await _scene.Platform.Requests.ListAsync("acme")).Select(request => request.Kind).ShouldBe(["invoke", "fetch", "function", "invoke"]);
    }

    [Fact]
    public async Task Users_are_found_by_name_first_name_and_account()
    {
        var kim = _scene.Acme.User("Kim Larsen");
        _scene.Acme.User("Kim").ShouldBeSameAs(kim);
        _scene.Acme.User(kim.AccountId).ShouldBeSameAs(kim);
        _scene.Platform.Site("globex").User("Kim").AccountId.ShouldBe(kim.AccountId);
        await kim.SetAccessAsync(false);
        _scene.Platform.Emulator.Sites[0].Users.Single(user => user.Name == "Kim Larsen").HasAccess.ShouldBeFalse();
    }

    [Fact]
    public async Task Headers_of_128_KB_arrive()
    {
        var answer = await _scene.Ada.InvokeAsync("GET", "/who", options: new() { Headers = new Dictionary<string, string> { ["x-sent"] = new('x', 128 * 1024) } });
        answer.Json.GetProperty("sent").GetInt32().ShouldBe(128 * 1024);
    }

    [Fact]
    public async Task A_rejection_has_the_platforms_words_and_the_feeds_entry()
    {
        var answer = await _scene.Ada.InvokeAsync("GET", "/notes", options: new() { Token = TokenChanges.Forged });
        (answer.IsRejected, answer.Rejection).ShouldBe((true, "Remote could not verify the Forge Invocation Token"));
        (answer.Request.Status, answer.Request.Verdict).ShouldBe((401, ContractVerdict.Kept));
        var thrown = Should.Throw<ForgeTestException>(() => answer.Status);
        thrown.Message.ShouldContain("The call was rejected, so there is no answer. GET /notes as Ada Lovelace on acme: answered 401");
    }

    [Fact]
    public async Task A_body_that_is_not_what_a_test_reads_is_shown()
    {
        var answer = await _scene.Ada.InvokeAsync("GET", "/who");
        var thrown = Should.Throw<ForgeTestException>(() => answer.As<int[]>());
        thrown.Message.ShouldContain("The body of the answer (200) can't be read as Int32[]");
        thrown.Message.ShouldContain(_scene.Ada.AccountId);
    }

    [Fact]
    public async Task A_license_is_in_the_tokens()
    {
        (await _scene.Ada.InvokeAsync("GET", "/license")).Json.GetProperty("isActive").ValueKind.ShouldBe(JsonValueKind.Null);
        await _scene.Acme.SetLicenseAsync(new { active = false, type = "commercial" });
        (await _scene.Ada.InvokeAsync("GET", "/license")).Json.GetProperty("isActive").GetBoolean().ShouldBeFalse();
        await _scene.Acme.SetLicenseAsync(null);
        (await _scene.Ada.InvokeAsync("GET", "/license")).Json.GetProperty("isActive").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_request_is_replayed_and_looked_at()
    {
        var put = await _scene.Ada.InvokeAsync("PUT", "/notes/one", new { text = "Hello" });
        var again = await _scene.Platform.Requests.ReplayAsync(put.Request.Id);
        (again.ReplayOf, again.Status, again.User).ShouldBe((put.Request.Id, 200, _scene.Ada.AccountId));
        (await _scene.Platform.Requests.ReplayAsync(put.Request.Id, TokenChanges.Expired)).Status.ShouldBe(401);
        var details = await _scene.Platform.Requests.DetailsAsync(again.Id);
        details.GetProperty("fit").GetProperty("claims").GetProperty("principal").GetString().ShouldBe(_scene.Ada.AccountId);
        details.GetProperty("request").GetProperty("body").GetString().ShouldBe("""{"text":"Hello"}""");
    }

    [Fact]
    public async Task Keys_can_be_rotated()
    {
        (await _scene.Ada.InvokeAsync("GET", "/who")).Status.ShouldBe(200);
        _scene.Platform.Keys.Rotate();
        (await _scene.Ada.InvokeAsync("GET", "/who")).Status.ShouldBe(200);
    }
}
