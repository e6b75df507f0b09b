using System.Runtime.Versioning;
using ForgeOrleans.Conformance;
using ForgeOrleans.Documents;

namespace ForgeOrleans.SingleNode.Tests.Storage;

/// <summary>A copy of a data path, taken while a node runs on it.</summary>
public sealed class BackupTests : NodeTests
{
    private readonly Site _site = new();

    [Fact]
    public async Task A_backup_taken_under_load_is_a_moment_of_the_database_with_the_keys_of_its_tokens()
    {
        var token = TestTokens.Opaque();
        await Node.AdmitAsync(_site, token);
        var state = Node.StateOf(_site);
        var (entries, totals) = (state.Collection<int>("entries"), state.Collection<int>("totals"));
        var written = 0;
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                // Two documents that always belong together, and a third of a site that is new each time.
                await state.CommitAsync([entries.Put($"{written:000000}", written), totals.Put("entries", written + 1)]);
                await Node.AdmitAsync(new Site(), TestTokens.Opaque());
                Volatile.Write(ref written, written + 1);
            }
        });
        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref written) > 20, "writing");

        var before = Volatile.Read(ref written);
        SingleNodeBackup.Write(DataPath, In("backup"));
        var after = Volatile.Read(ref written);
        await stop.CancelAsync();
        await writing;

        Directory.Exists(In("backup.unfinished")).ShouldBeFalse();
        await using var restored = await Node.StartAsync(In("backup"), Node.Clock);
        var total = (await restored.StateOf(_site).Collection<int>("totals").GetAsync("entries"))!.Value;
        total.ShouldBeInRange(before, after + 1);
        var kept = new List<int>();
        await foreach (var entry in restored.StateOf(_site).Collection<int>("entries").ListAllAsync())
            kept.Add(entry.Value);
        kept.ShouldBe(Enumerable.Range(0, total));
        (await restored.TokenAsync(_site)).ShouldBe(token);
    }

    [Fact]
    public async Task A_backup_can_be_taken_of_a_node_that_is_stopped()
    {
        await Node.PutRowAsync("actor", "row", "kept");
        await DisposeAsync();

        SingleNodeBackup.Write(DataPath, In("backup") + Path.DirectorySeparatorChar);

        await using var restored = await Node.StartAsync(In("backup"));
        (await restored.RowAsync("actor", "row")).ShouldBe("kept");
    }

    [Fact]
    public async Task What_an_earlier_attempt_left_behind_is_in_nobody_s_way()
    {
        Directory.CreateDirectory(In("backup.unfinished/keys"));
        await File.WriteAllTextAsync(In("backup.unfinished/forge.db"), "half a copy");
        await Node.PutRowAsync("actor", "row", "kept");

        SingleNodeBackup.Write(DataPath, In("backup"));

        await using var restored = await Node.StartAsync(In("backup"));
        (await restored.RowAsync("actor", "row")).ShouldBe("kept");
    }

    [Fact]
    public void A_backup_overwrites_nothing()
    {
        Directory.CreateDirectory(In("precious"));
        Should.Throw<IOException>(() => SingleNodeBackup.Write(DataPath, In("precious"))).Message.ShouldContain("exists already");
        Directory.EnumerateFileSystemEntries(In("precious")).ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_that_is_no_data_path_is_not_backed_up()
    {
        Directory.CreateDirectory(In("empty"));
        Should.Throw<IOException>(() => SingleNodeBackup.Write(In("empty"), In("backup"))).Message.ShouldContain("no database");
        Path.Exists(In("backup")).ShouldBeFalse();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task The_files_are_for_the_owner_s_eyes_only()
    {
        await Node.AdmitAsync(_site, TestTokens.Opaque());
        SingleNodeBackup.Write(DataPath, In("backup"));

        foreach (var folder in new[] { DataPath, Path.Combine(DataPath, "keys"), In("backup"), In("backup/keys") })
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, folder);
    }
}
