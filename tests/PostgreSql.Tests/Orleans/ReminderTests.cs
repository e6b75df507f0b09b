using System.Data.Common;

namespace ForgeOrleans.PostgreSql.Tests.Orleans;

/// <summary>What Orleans' reminders may rely on of their queries.</summary>
public sealed class ReminderTests(Database database) : DatabaseTests(database), IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 10, 25, 0, 30, 0, DateTimeKind.Utc);

    private OrleansQueries? _queries;

    private OrleansQueries Queries => _queries!;

    public async Task InitializeAsync()
    {
        if (TestServers.PostgreSqlPrograms.Missing is null)
            _queries = await OrleansQueries.LoadAsync(Database.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        if (_queries is not null)
            await _queries.DisposeAsync();
    }

    [PostgreSqlFact]
    public async Task A_reminder_comes_back_as_it_was_written_with_another_version_each_time()
    {
        (await UpsertAsync("grain/1", "alarm", 1)).ShouldBe(0);
        (await UpsertAsync("grain/1", "alarm", 1, period: 90_000, start: Start.AddHours(1))).ShouldBe(1);
        (await UpsertAsync("grain/1", "other", 1)).ShouldBe(0);

        (await OneAsync("grain/1", "alarm")).ShouldBe([new("grain/1", "alarm", Start.AddHours(1), 90_000, 1)]);
        (await OneAsync("grain/1", "none")).ShouldBeEmpty();
        (await OfGrainAsync("grain/1")).Select(reminder => reminder.Name).Order().ShouldBe(["alarm", "other"]);
        (await OfGrainAsync("grain/2")).ShouldBeEmpty();
    }

    [PostgreSqlFact]
    public async Task A_period_may_be_longer_than_an_integer_of_milliseconds()
    {
        await UpsertAsync("grain/1", "alarm", 1, period: 5_000_000_000L);
        (await OneAsync("grain/1", "alarm")).Single().Period.ShouldBe(5_000_000_000L);
    }

    [PostgreSqlFact]
    public async Task A_reminder_is_removed_only_with_its_version()
    {
        await UpsertAsync("grain/1", "alarm", 1);
        var version = await UpsertAsync("grain/1", "alarm", 1);

        (await RemoveAsync("grain/1", "alarm", version - 1)).ShouldBeFalse();
        (await RemoveAsync("grain/1", "alarm", version + 1)).ShouldBeFalse();
        (await RemoveAsync("grain/2", "alarm", version)).ShouldBeFalse();
        (await RemoveAsync("grain/1", "alarm", version)).ShouldBeTrue();
        (await RemoveAsync("grain/1", "alarm", version)).ShouldBeFalse();
        (await OfGrainAsync("grain/1")).ShouldBeEmpty();
    }

    [PostgreSqlFact]
    public async Task A_range_of_the_ring_begins_behind_its_begin_and_may_wrap()
    {
        uint[] hashes = [0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff];
        foreach (var hash in hashes)
            await UpsertAsync($"grain/{hash:x}", "alarm", hash);

        foreach (var begin in hashes)
        {
            foreach (var end in hashes)
            {
                // (begin, end], going up from begin and around; from a hash to itself is the whole ring.
                var expected = hashes.Where(hash => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end);
                (await InRangeAsync(begin, end)).Select(reminder => reminder.Grain).Order(StringComparer.Ordinal)
                    .ShouldBe(expected.Select(hash => $"grain/{hash:x}").Order(StringComparer.Ordinal), $"({begin:x}, {end:x}]");
            }
        }
    }

    [PostgreSqlFact]
    public async Task A_service_s_reminders_are_deleted_without_another_s()
    {
        await UpsertAsync("grain/1", "alarm", 1);
        await UpsertAsync("grain/1", "alarm", 1, service: Key + "-other");

        await Queries.ExecuteAsync("DeleteReminderRowsKey", ("ServiceId", Key));

        (await OfGrainAsync("grain/1")).ShouldBeEmpty();
        (await OfGrainAsync("grain/1", Key + "-other")).ShouldHaveSingleItem();
        (await InRangeAsync(0, 0)).ShouldBeEmpty();
        (await InRangeAsync(0, 10)).ShouldBeEmpty();
    }

    private async Task<int> UpsertAsync(string grain, string name, uint hash, long period = 60_000, DateTime? start = null, string? service = null) =>
        (await Queries.ReadAsync(
            "UpsertReminderRowKey", Version,
            ("ServiceId", service ?? Key), ("GrainHash", unchecked((int)hash)), ("GrainId", grain), ("ReminderName", name), ("StartTime", start ?? Start),
            // As Orleans does: an integer where it fits.
            ("Period", period <= int.MaxValue ? (int)period : (object)period))).ShouldHaveSingleItem();

    private Task<bool> RemoveAsync(string grain, string name, int version) => Queries.DecideAsync(
        "DeleteReminderRowKey", ("ServiceId", Key), ("GrainId", grain), ("ReminderName", name), ("Version", version));

    private Task<List<Reminder>> OneAsync(string grain, string name) =>
        Queries.ReadAsync("ReadReminderRowKey", Read, ("ServiceId", Key), ("GrainId", grain), ("ReminderName", name));

    private Task<List<Reminder>> OfGrainAsync(string grain, string? service = null) =>
        Queries.ReadAsync("ReadReminderRowsKey", Read, ("ServiceId", service ?? Key), ("GrainId", grain));

    private Task<List<Reminder>> InRangeAsync(uint begin, uint end)
    {
        var (signedBegin, signedEnd) = unchecked(((int)begin, (int)end));
        return Queries.ReadAsync(
            signedBegin < signedEnd ? "ReadRangeRows1Key" : "ReadRangeRows2Key", Read,
            ("ServiceId", Key), ("BeginHash", signedBegin), ("EndHash", signedEnd));
    }

    private static int Version(DbDataReader reader) =>
        Convert.ToInt32(reader.GetValue(reader.GetOrdinal("Version")), System.Globalization.CultureInfo.InvariantCulture);

    private static Reminder Read(DbDataReader reader) => new(
        reader.Text("GrainId")!, reader.Text("ReminderName")!, reader.Time("StartTime"), reader.GetInt64(reader.GetOrdinal("Period")), Version(reader));

    private sealed record Reminder(string Grain, string Name, DateTime Start, long Period, int Version);
}
