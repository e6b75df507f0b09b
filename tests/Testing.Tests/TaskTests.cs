using ForgeOrleans.Testing;

namespace TaskBoard.Tests;

public sealed class TaskTests
{
    [Fact]
    public async Task A_site_sees_its_own_tasks()
    {
        await using var platform = await ForgePlatform.StartAsync("samples/TaskBoard/manifest.yml");
        await using var remote = platform.Host<Program>();
        var made = await platform.Site("acme").User("Ada").InvokeAsync("POST", "/tasks/", new { department = "R&D", team = "Forge", description = "Write tests" });
        Assert.Equal(200, made.Status);
        var others = await platform.Site("globex").User("Chiara").InvokeAsync("GET", "/tasks/");
        Assert.Equal(0, others.Json.GetProperty("tasks").GetArrayLength());
        await platform.ShouldHaveKeptTheContractAsync();
    }
}
