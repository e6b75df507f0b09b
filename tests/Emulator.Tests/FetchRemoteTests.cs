using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Emulator.Tests;

/// <summary><c>requestRemote</c>, for which the emulator plays the browser.</summary>
public class FetchRemoteTests
{
    [Fact]
    public async Task Only_the_FIT_is_added_and_it_is_sent_again()
    {
        await using var scene = await Scene.StartAsync();
        await FetchAsync(scene, new { path = "/files", headers = Pairs("x-mine", "yes", "authorization", "mine") });
        var first = scene.Remote.Last;
        first.Method.ShouldBe("GET");
        first.Headers["x-mine"].ShouldBe("yes");
        first.Headers.Keys.ShouldAllBe(name => !name.StartsWith("x-forge") && !name.StartsWith("x-b3"));
        var claims = await InvocationTokenTests.VerifiedAsync(scene, first.Fit);
        claims["context"].ShouldNotBeNull();

        scene.Clock.Advance(TimeSpan.FromSeconds(19));
        await FetchAsync(scene, new { path = "/files" });
        scene.Remote.Last.Fit.ShouldBe(first.Fit);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await FetchAsync(scene, new { path = "/files" });
        scene.Remote.Last.Fit.ShouldNotBe(first.Fit);
        await FetchAsync(scene, new { path = "/files" }, query: "?site=globex");
        var elsewhere = await InvocationTokenTests.VerifiedAsync(scene, scene.Remote.Last.Fit);
        elsewhere["context"]!["cloudId"]!.GetValue<string>().ShouldBe(scene.Globex.CloudId);
    }

    [Fact]
    public async Task Every_status_comes_back_as_it_is()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answer = http =>
        {
            http.Response.StatusCode = 401;
            http.Response.ContentType = "text/plain; charset=utf-8";
            http.Response.Headers["X-Two"] = new(["a", "b"]);
            return http.Response.WriteAsync("Schön");
        };
        var (status, answer) = await FetchAsync(scene, new { path = "/x", method = "DELETE", body = (string?)null });
        status.ShouldBe(HttpStatusCode.OK);
        scene.Remote.Last.Method.ShouldBe("DELETE");
        answer["status"]!.GetValue<int>().ShouldBe(401);
        answer["statusText"]!.GetValue<string>().ShouldBe("Unauthorized");
        answer["body"]!.GetValue<string>().ShouldBe("Schön");
        answer["isAttachment"]!.GetValue<bool>().ShouldBeFalse();
        answer["headers"]!["x-two"]!.GetValue<string>().ShouldBe("a, b");
        answer["headers"]!["content-type"]!.GetValue<string>().ShouldBe("text/plain; charset=utf-8");
    }

    [Theory]
    [InlineData("image/png", null, true)]
    [InlineData("text/csv", "attachment; filename=x.csv", true)]
    [InlineData("text/csv", null, false)]
    [InlineData("application/problem+json", null, false)]
    public async Task What_is_no_text_or_meant_to_be_saved_travels_as_base64(string type, string? disposition, bool isAttachment)
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answer = http =>
        {
            http.Response.ContentType = type;
            http.Response.Headers.ContentDisposition = disposition;
            return http.Response.WriteAsync("abc");
        };
        var (_, answer) = await FetchAsync(scene, new { path = "/x" });
        answer["isAttachment"]!.GetValue<bool>().ShouldBe(isAttachment);
        answer["body"]!.GetValue<string>().ShouldBe(isAttachment ? "YWJj" : "abc");
    }

    [Fact]
    public async Task A_form_is_made_again_of_what_the_bridge_packed()
    {
        await using var scene = await Scene.StartAsync();
        IFormCollection? form = null;
        scene.Remote.Answer = http =>
        {
            http.Request.Body = new MemoryStream(scene.Remote.Last.Body);
            form = http.Request.Form;
            return Task.CompletedTask;
        };
        var png = new byte[] { 0x89, 0x50, 0x00, 0x0D, 0x0A, 0xFF };
        var packed = $$"""
            {"note": "Grüße\r\nzwei", "__tag": "kept", "file": "data:image/png;base64,{{Convert.ToBase64String(png)}}",
             "__fileName": "a \"b\" ü.png", "__fileType": "image/png",
             "fileEmpty": "data:;base64,", "__fileEmptyName": "empty", "__fileEmptyType": ""}
            """;
        await FetchAsync(
            scene,
            new { path = "/files", method = "POST", body = packed, headers = Pairs("content-type", "text/plain;charset=UTF-8") },
            isMultipartFormData: true);
        scene.Remote.Last.Headers["content-type"].ShouldStartWith("multipart/form-data; boundary=");
        form.ShouldNotBeNull();
        form.Keys.Order().ShouldBe(["__tag", "note"]);
        form["note"].ToString().ShouldBe("Grüße\r\nzwei");
        form.Files.Select(file => file.Name).ShouldBe(["file", "fileEmpty"]);
        form.Files[0].FileName.ShouldBe("a %22b%22 ü.png");
        form.Files[0].ContentType.ShouldBe("image/png");
        form.Files[1].Length.ShouldBe(0);
        using var content = new MemoryStream();
        await form.Files[0].CopyToAsync(content);
        content.ToArray().ShouldBe(png);
    }

    [Fact]
    public async Task A_text_body_keeps_its_content_type()
    {
        await using var scene = await Scene.StartAsync();
        var headers = Pairs("content-type", "text/plain;charset=UTF-8");
        await FetchAsync(scene, new { path = "/x", method = "PUT", body = "ä", headers });
        scene.Remote.Last.Headers["content-type"].ShouldBe("text/plain;charset=UTF-8");
        scene.Remote.Last.Body.ShouldBe(Encoding.UTF8.GetBytes("ä"));
    }

    [Fact]
    public async Task An_unknown_remote_and_a_remote_that_is_down_reject()
    {
        await using var scene = await Scene.StartAsync();
        var (unknown, message) = await FetchAsync(scene, new { path = "/" }, remoteKey: "other");
        unknown.ShouldBe(HttpStatusCode.UnprocessableEntity);
        message["message"]!.GetValue<string>().ShouldContain("no remote \"other\"");
        await scene.Remote.DisposeAsync();
        var (down, answer) = await FetchAsync(scene, new { path = "/" });
        down.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer["message"]!.GetValue<string>().ShouldBe("Failed to fetch");
    }

    private static string[][] Pairs(params string[] namesAndValues) => [.. namesAndValues.Chunk(2)];

    private static Task<(HttpStatusCode Status, JsonNode Answer)> FetchAsync(
        Scene scene, object init, bool isMultipartFormData = false, string query = "", string remoteKey = "task-board-backend") =>
        scene.PostAsync($"/bridge/fetchRemote{query}", new { remoteKey, fetchRequestInit = init, isMultipartFormData });
}
