using ForgeOrleans.Conformance;

namespace ForgeOrleans.SingleNode.Tests.Storage;

/// <summary>Data paths that a node does not start on, and the sentence that it says instead.</summary>
public sealed class StartTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly TemporaryFolder _folder = new();

    private string DataPath => _folder.In("data");

    private string DatabasePath => Path.Combine(DataPath, "forge.db");

    [Fact]
    public async Task Garbage_in_place_of_the_header_is_told()
    {
        await FillAsync();
        Overwrite(0, 100);
        (await RefusalAsync(DataPath)).ShouldContain("is damaged");
    }

    [Fact]
    public async Task Garbage_in_the_middle_is_told()
    {
        await FillAsync();
        Overwrite(new FileInfo(DatabasePath).Length / PageSize / 2 * PageSize, 2 * PageSize);
        (await RefusalAsync(DataPath)).ShouldContain("is damaged");
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public async Task A_file_that_ends_too_early_is_told(double part)
    {
        await FillAsync();
        using (var file = File.OpenWrite(DatabasePath))
            file.SetLength((long)(file.Length * part));
        (await RefusalAsync(DataPath)).ShouldContain("is damaged");
    }

    [Fact]
    public async Task A_database_without_one_of_its_tables_is_told()
    {
        await FillAsync();
        using (var database = new DatabaseFile(DataPath))
            database.Execute("DROP TABLE alarm");
        (await RefusalAsync(DataPath)).ShouldContain("is damaged");
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_told_and_left_alone()
    {
        await FillAsync();
        using (var database = new DatabaseFile(DataPath))
            database.Execute("PRAGMA user_version = 7");

        (await RefusalAsync(DataPath)).ShouldContain("newer version");

        using (var database = new DatabaseFile(DataPath))
            database.Count("PRAGMA user_version").ShouldBe(7);
    }

    [Fact]
    public async Task A_database_that_is_a_folder_is_told()
    {
        Directory.CreateDirectory(DatabasePath);
        (await RefusalAsync(DataPath)).ShouldContain("write access");
    }

    [Fact]
    public async Task A_data_path_that_is_a_file_is_told()
    {
        await File.WriteAllTextAsync(DataPath, "a file");
        (await RefusalAsync(DataPath)).ShouldContain("Forge:DataPath");
        (await RefusalAsync(Path.Combine(DataPath, "below"))).ShouldContain("Forge:DataPath");
    }

    [Fact]
    public async Task A_data_path_where_nobody_can_write_is_told() =>
        (await RefusalAsync("/proc/forge")).ShouldContain("Forge:DataPath");

    [Fact]
    public async Task A_data_path_in_use_is_told_with_its_user_and_stays_in_use()
    {
        await using var node = await Node.StartAsync(DataPath);

        var refusal = await RefusalAsync(DataPath);

        refusal.ShouldContain("in use by another process");
        refusal.ShouldContain($"(number {Environment.ProcessId})");
        await node.PutRowAsync("actor", "row");
        await RefusalAsync(DataPath);
    }

    [Fact]
    public async Task Readers_are_welcome_while_a_node_runs()
    {
        await using var node = await Node.StartAsync(DataPath);
        await node.PutRowAsync("actor", "row");
        using var reader = new DatabaseFile(DataPath, readOnly: true);
        reader.Execute("BEGIN");
        reader.Count("SELECT COUNT(*) FROM actor_row").ShouldBe(1);

        await node.PutRowAsync("actor", "another");

        // It sees its own moment, and holds nobody up.
        reader.Count("SELECT COUNT(*) FROM actor_row").ShouldBe(1);
        reader.Execute("COMMIT");
        reader.Count("SELECT COUNT(*) FROM actor_row").ShouldBe(2);
    }

    [Fact]
    public async Task A_node_that_was_refused_leaves_the_data_path_to_others()
    {
        await FillAsync();
        var header = new byte[100];
        using (var file = File.OpenRead(DatabasePath))
            file.ReadExactly(header);
        Overwrite(0, header.Length);
        await RefusalAsync(DataPath);
        using (var file = File.OpenWrite(DatabasePath))
            file.Write(header);

        await using var node = await Node.StartAsync(DataPath);

        (await node.RowAsync("actor-0", "row")).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_log_still_holds_after_a_crash_is_there_again()
    {
        var copy = _folder.In("copy");
        Directory.CreateDirectory(Path.Combine(copy, "keys"));
        await using (var node = await Node.StartAsync(DataPath))
        {
            await node.PutRowAsync("actor", "row", "in the log");
            // As a machine that stops at once leaves them: nothing was moved from the log into the database.
            foreach (var file in new[] { "forge.db", "forge.db-wal" })
                File.Copy(Path.Combine(DataPath, file), Path.Combine(copy, file));
        }

        await using var recovered = await Node.StartAsync(copy);

        (await recovered.RowAsync("actor", "row")).ShouldBe("in the log");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Some 600 KB, all of it in the database file and none in the log.</summary>
    private async Task FillAsync()
    {
        await using var node = await Node.StartAsync(DataPath);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => node.PutRowAsync($"actor-{i}", "row", new string('x', 2000))));
    }

    private void Overwrite(long position, int length)
    {
        var garbage = new byte[length];
        new Random(17).NextBytes(garbage);
        using var file = File.OpenWrite(DatabasePath);
        file.Position = position;
        file.Write(garbage);
    }

    private static async Task<string> RefusalAsync(string path)
    {
        var refusal = await Should.ThrowAsync<ForgeConfigurationException>(() => Node.StartAsync(path, new FakeClock()));
        refusal.Message.ShouldContain(path);
        refusal.ToString().ShouldBe($"ForgeOrleans cannot start: {refusal.Message}");
        return refusal.Message;
    }
}
