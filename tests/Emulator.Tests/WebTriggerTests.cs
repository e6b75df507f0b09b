using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Web triggers in both forms.</summary>
public class WebTriggerTests
{
    [Fact]
    public async Task A_call_arrives_in_an_envelope_and_the_answer_is_taken_out_of_one()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(
            200, body: """{"statusCode":418,"headers":{"x-mine":["a","b"],"content-type":["text/plain"]},"body":"short"}""");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/webtriggers/callback/a%2Fb/c?site=globex&q=1&q=%C3%BC")
        {
            Content = new StringContent("höre", Encoding.UTF8, "text/plain"),
        };
        request.Headers.Add("x-theirs", ["1", "2"]);
        request.Headers.TryAddWithoutValidation("authorization", "Bearer theirs");
        using var response = await scene.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(418);
        response.Headers.GetValues("x-mine").ShouldBe(["a", "b"]);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await response.Content.ReadAsStringAsync()).ShouldBe("short");

        var received = scene.Remote.Last;
        received.Method.ShouldBe("POST");
        received.Target.ShouldBe("/hooks");
        var envelope = received.Json();
        envelope.Text("method").ShouldBe("PUT");
        envelope.Text("body").ShouldBe("höre");
        envelope.Text("path").ShouldBe("/webtriggers/callback/a%2Fb/c");
        envelope.Text("userPath").ShouldBe("/a%2Fb/c");
        JsonNode.DeepEquals(envelope["queryParameters"], JsonNode.Parse("""{"q":["1","ü"]}""")).ShouldBeTrue();
        envelope["headers"]!["Authorization"]!.AsArray().Single()!.GetValue<string>().ShouldBe("Bearer theirs");
        var claims = await InvocationTokenTests.VerifiedAsync(scene, received.Fit);
        claims["app"]!.Text("installationId").ShouldEndWith(scene.Globex.InstallationId);
        claims["context"]!.Text("moduleKey").ShouldBe("callback");
        var delivery = (await scene.FeedAsync("?kind=webTrigger")).ShouldHaveSingleItem();
        delivery.Text("outcome").ShouldBe("delivered");
        delivery.Text("site").ShouldBe("globex");
    }

    [Fact]
    public async Task In_the_raw_form_the_call_and_the_answer_go_through_as_they_are()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(404, "text/plain", "nothing");
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/webtriggers/callback/a%2Fb?form=envelope&site=theirs&q=%20")
        {
            Content = JsonContent.Create(new { a = 1 }),
        };
        request.Headers.Add("x-emulator-form", "raw");
        request.Headers.Add("x-emulator-site", "globex");
        request.Headers.Add("x-theirs", "yes");
        using var response = await scene.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).ShouldBe("nothing");
        var received = scene.Remote.Last;
        received.Method.ShouldBe("PATCH");
        received.Target.ShouldBe("/hooks/a%2Fb?form=envelope&site=theirs&q=%20");
        received.Text.ShouldBe("""{"a":1}""");
        received.Headers["x-theirs"].ShouldBe("yes");
        received.Headers.ShouldNotContainKey("x-emulator-form");
        await InvocationTokenTests.VerifiedAsync(scene, received.Fit);
        (await scene.FeedAsync()).ShouldHaveSingleItem().Text("outcome").ShouldBe("delivered");
    }

    [Fact]
    public async Task What_is_no_answer_is_an_error_for_the_caller()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await FailsAsync(200, "short and stout", "no JSON");
        await FailsAsync(200, """{"body":"x"}""", "statusCode");
        await FailsAsync(200, """{"statusCode":42}""", "statusCode");
        await FailsAsync(200, """{"statusCode":200,"headers":{"x":["a\nb"]}}""", "header");
        await FailsAsync(401, """{"statusCode":200}""", "401");
        scene.Remote.Received.Count.ShouldBe(5);
        (await scene.FeedAsync()).ShouldAllBe(delivery => delivery.Text("outcome") == "failed");

        async Task FailsAsync(int status, string body, string why)
        {
            scene.Remote.Answers(status, body: body);
            using var response = await scene.Client.GetAsync("/webtriggers/callback");
            response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            (await response.Content.ReadAsStringAsync()).ShouldContain(why);
        }
    }

    [Fact]
    public async Task A_call_is_given_up_after_55_seconds()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var arrived = new TaskCompletionSource();
        scene.Remote.Answer = async http =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var call = scene.Client.GetAsync("/webtriggers/callback");
        await arrived.Task;
        scene.Clock.Advance(TimeSpan.FromSeconds(54.9));
        call.IsCompleted.ShouldBeFalse();
        scene.Clock.Advance(TimeSpan.FromSeconds(0.1));
        using var response = await call;
        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task A_call_that_leads_nowhere_is_refused()
    {
        await using var scene = await DeliveryScene.StartAsync();
        (await scene.Client.GetAsync("/webtriggers/other")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await scene.Client.GetAsync("/webtriggers/callback?site=moon")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await scene.Client.GetAsync("/webtriggers/callback?form=square")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        scene.Remote.Received.ShouldBeEmpty();
    }
}
