using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ForgeOrleans.Conformance;

namespace ForgeOrleans.SingleNode.Tests.Processes;

/// <summary>A process that is asked to end.</summary>
public sealed class TerminationTests : IDisposable
{
    private const string Content = "/confluence/content?as=app";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_runs_may_end_what_is_new_is_not_taken_and_what_is_left_is_answered_in_time()
    {
        await using var platform = await Platform.StartAsync();
        await using var process = await TaskBoardProcess.StartAsync(_folder.In("data"), platform);
        var token = platform.Mint(new Site());
        var slow = process.SendAsync(HttpMethod.Get, Content, platform.Mint(new Site(), "slow"));
        var stuck = process.SendAsync(HttpMethod.Get, Content, platform.Mint(new Site(), "stuck"));
        new[] { await platform.NextProductCallAsync(), await platform.NextProductCallAsync() }.Order().ShouldBe(["slow", "stuck"]);
        (await AskAsync()).ShouldBe(HttpStatusCode.OK);

        var since = Stopwatch.StartNew();
        process.Terminate();

        while (await AskAsync() == HttpStatusCode.OK)
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3), "it still takes calls");
        for (var i = 0; i < 5; i++)
            (await AskAsync()).ShouldNotBe(HttpStatusCode.OK);
        slow.IsCompleted.ShouldBeFalse();
        platform.LetTheSlowProductAnswer();
        (await slow).StatusCode.ShouldBe(HttpStatusCode.OK);
        stuck.IsCompleted.ShouldBeFalse();

        using var left = await stuck;
        // After 8 s; a busy machine may stall for a moment, and a handler that is waited for would take far longer.
        since.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(12));
        left.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        left.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await left.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe("unavailable");
        (await process.ExitCodeAsync()).ShouldBe(0);
        since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(13));

        // Connections are refused, or a call on one that was open before is answered 503.
        async Task<HttpStatusCode?> AskAsync()
        {
            try
            {
                using var response = await process.SendAsync(HttpMethod.Post, "/echo", token, "{}");
                if (response.StatusCode != HttpStatusCode.OK)
                    response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                return response.StatusCode;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task A_process_with_nothing_to_do_is_gone_at_once()
    {
        await using var platform = await Platform.StartAsync();
        await using var process = await TaskBoardProcess.StartAsync(_folder.In("data"), platform);
        var since = Stopwatch.StartNew();
        process.Terminate();

        (await process.ExitCodeAsync()).ShouldBe(0);

        since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        // All of the log is in the database now: it can be copied as one file.
        new FileInfo(_folder.In("data/forge.db-wal")).Exists.ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();
}
