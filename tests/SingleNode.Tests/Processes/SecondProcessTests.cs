using System.Net;
using ForgeOrleans.Conformance;

namespace ForgeOrleans.SingleNode.Tests.Processes;

/// <summary>A data path that a real process runs on, and others that come to it.</summary>
public sealed class SecondProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string DataPath => _folder.In("data");

    [Fact]
    public async Task A_second_process_is_refused_with_a_sentence_while_readers_and_backups_work()
    {
        await using var platform = await Platform.StartAsync();
        await using var process = await TaskBoardProcess.StartAsync(DataPath, platform);
        var token = platform.Mint(new Site());
        await CreateAsync();

        var second = await TaskBoardProcess.RunAsync(DataPath, platform, "--urls", "http://127.0.0.1:0");
        second.ExitCode.ShouldNotBe(0);
        second.Output.ShouldContain($"the data path '{DataPath}' is in use by another process");
        second.Output.ShouldNotContain("   at ", customMessage: "a sentence, no stack trace");

        using (var reader = new DatabaseFile(DataPath, readOnly: true))
            reader.Count("SELECT COUNT(*) FROM actor_row WHERE name GLOB 'document/tasks/*'").ShouldBe(1);

        var backup = await TaskBoardProcess.RunAsync(DataPath, null, "backup", _folder.In("backup"));
        backup.ExitCode.ShouldBe(0, backup.Output);
        await CreateAsync();

        await using var restored = await TaskBoardProcess.StartAsync(_folder.In("backup"), platform);
        using var tasks = await restored.SendAsync(HttpMethod.Get, "/tasks/", token);
        (await tasks.Content.ReadAsStringAsync()).Split("\"id\"").Length.ShouldBe(1 + 1);

        async Task CreateAsync()
        {
            using var created = await process.SendAsync(
                HttpMethod.Post, "/tasks/", token, """{"department":"Engineering","team":"Forge","description":"Copy me"}""");
            created.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    public void Dispose() => _folder.Dispose();
}
