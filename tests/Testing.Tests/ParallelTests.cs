namespace ForgeOrleans.Testing.Tests;

public sealed class ParallelTests
{
    [Fact]
    public async Task Platforms_side_by_side_do_not_meet()
    {
        var seen = await Task.WhenAll(Enumerable.Range(0, 6).Select(async number =>
        {
            await using var scene = await NotesScene.StartAsync();
            await scene.Ada.InvokeAsync("PUT", $"/notes/{number}", new { text = "Mine" });
            await scene.Acme.SendEventAsync("avi:jira:created:issue", new { issue = new { id = $"{number}" } });
            await scene.Acme.WhenWorkIsDoneAsync();
            (await scene.NotesAsync()).ShouldBe([$"{number}", $"issue-{number}"]);
            await scene.Platform.ShouldHaveKeptTheContractAsync();
            return (scene.Platform.Url.Port, scene.Platform.Keys.CurrentKeyId);
        }));
        seen.Distinct().Count().ShouldBe(6);
    }
}
