using ForgeOrleans.Testing.Tests.Notes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Testing.Tests;

/// <summary>Remotes that are no ForgeOrleans apps.</summary>
public sealed class ContractTests
{
    [Fact]
    public async Task What_broke_the_contract_is_told_with_its_section()
    {
        await using var platform = await ForgePlatform.StartAsync(NotesApp.Manifest);
        await using var remote = await platform.HostAsync(_ => { }, app =>
        {
            app.MapGet("/fine", () => new { Fine = true });
            app.MapGet("/html", () => Results.Content("<h1>Sorry</h1>", "text/html", statusCode: 500));
            app.MapGet("/throws", string () => throw new InvalidOperationException("Nobody catches it."));
            app.MapGet("/aborts", (HttpContext context) => context.Abort());
        }, new() { Settings = new Dictionary<string, string?> { ["environment"] = "Production" } });
        var ada = platform.Site("acme").User("Ada");

        (await ada.InvokeAsync("GET", "/fine")).Status.ShouldBe(200);
        await platform.ShouldHaveKeptTheContractAsync();

        (await ada.InvokeAsync("GET", "/html")).Rejection!.ShouldContain("content-type header must be set to application/json");
        (await ada.InvokeAsync("GET", "/throws")).Request.Status.ShouldBe(500);
        (await ada.InvokeAsync("GET", "/aborts")).Rejection!.ShouldContain("remote network error");
        (await ada.InvokeAsync("GET", "/fine", options: new() { Token = TokenChanges.Forged })).Status.ShouldBe(200);

        var broken = await platform.BrokenRequestsAsync();
        broken.Select(request => (request.Path, request.Findings[0].Section)).ShouldBe([("/html", "4"), ("/throws", "4"), ("/aborts", "4"), ("/fine", "3")]);
        var thrown = await Should.ThrowAsync<ForgeTestException>(() => platform.ShouldHaveKeptTheContractAsync());
        thrown.Message.ShouldStartWith("The remote broke the contract with 4 requests:");
        thrown.Message.ShouldContain("GET /html as Ada Lovelace on acme: answered 500");
        thrown.Message.ShouldContain("(contract, section 3)");

        await platform.Requests.ClearAsync();
        await platform.ShouldHaveKeptTheContractAsync();
    }

    [Fact]
    public async Task Files_go_up_and_come_down_as_they_are()
    {
        await using var platform = await ForgePlatform.StartAsync(NotesApp.Manifest);
        await using var remote = await platform.HostAsync(_ => { }, app => app.MapPost("/files", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            using var bytes = new MemoryStream();
            await form.Files[0].CopyToAsync(bytes);
            return Results.Bytes(bytes.ToArray(), form.Files[0].ContentType, $"{form["name"]} {form.Files[0].FileName}");
        }));
        byte[] picture = [0, 255, 1, 254, (byte)'\n', 137];
        var answer = await platform.Site("acme").User("Ada").UploadAsync("POST", "/files", new UploadForm().Add("name", "a").AddFile("file", picture, "map.png", "image/png"));
        answer.Status.ShouldBe(200, answer.ToString());
        answer.Headers["content-type"].ShouldBe("image/png");
        answer.Headers["content-disposition"].ShouldContain("a map.png");
        answer.Body.ToArray().ShouldBe(picture);
        Should.Throw<ForgeTestException>(() => new UploadForm().Add("a", "1").AddFile("a", picture, "b")).Message.ShouldContain("\"a\" already");
    }
}
