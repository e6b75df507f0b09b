using System.Text.Json;
using System.Text.Json.Serialization;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.ProductApis;

/// <summary>Remembers what was granted for as long as it can matter: in no minute, wherever it begins, more is asked than may be.</summary>
/// <param name="self">The actor's rows.</param>
/// <param name="options">How much may be asked in a minute.</param>
/// <param name="clock">Tells what is long ago.</param>
public class OfflineTokenBudgetActor(ActorContext self, IOptions<ProductApiOptions> options, TimeProvider clock) : IOfflineTokenBudget
{
    internal const string Row = "budget";

    private const int MostAtOnce = 100;
    private static readonly TimeSpan LongestBlock = TimeSpan.FromHours(1);

    // What is granted within a second is remembered as one, and counts from the second's begin until a minute after the last of it can have been used.
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Counts = TimeSpan.FromMinutes(1) + Together + IOfflineTokenBudget.UsedWithin;

    private readonly List<Granted> _granted = [];
    private Block? _block;
    private bool _isLoaded;

    /// <inheritdoc/>
    public async Task<OfflineBudgetGrant> TakeAsync(OfflineBudgetRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_block is { } block && block.For - clock.GetElapsedTime(block.Since) is var rest && rest > TimeSpan.Zero)
            return new(0, rest);
        _granted.RemoveAll(granted => clock.GetElapsedTime(granted.Since) >= Counts);
        var left = options.Value.OfflineTokensPerMinute - _granted.Sum(granted => granted.Count);
        if (left <= 0)
            return new(0, Counts - clock.GetElapsedTime(_granted[0].Since));

        var count = Math.Clamp(request.Most, 1, Math.Min(left, MostAtOnce));
        if (_granted is [.., { } last] && clock.GetElapsedTime(last.Since) < Together)
            _granted[^1] = last with { Count = last.Count + count };
        else
            _granted.Add(new(clock.GetTimestamp(), count));
        await StoreAsync();
        return new(count);
    }

    /// <inheritdoc/>
    public async Task BlockAsync(OfflineBudgetBlock block, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        var length = block.For < LongestBlock ? block.For : LongestBlock;
        if (_block is { } known && known.For - clock.GetElapsedTime(known.Since) >= length)
            return;
        _block = new(clock.GetTimestamp(), length);
        await StoreAsync();
    }

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_isLoaded)
            return;
        if (await self.Rows.ReadAsync(Row, cancellationToken) is { } json)
        {
            var row = JsonSerializer.Deserialize(json.Span, OfflineTokenJson.Default.BudgetRow)!;
            _granted.AddRange(row.Granted.Select(granted => new Granted(Since(granted.At), granted.Count)).OrderBy(granted => granted.Since));
            _block = row.Block is { } block ? new(Since(block.At), block.For) : null;
        }
        _isLoaded = true;
    }

    private Task StoreAsync() => self.Rows.CommitAsync([new(Row, JsonSerializer.SerializeToUtf8Bytes(
        new BudgetRow
        {
            Granted = [.. _granted.Select(granted => new GrantedRow(At(granted.Since), granted.Count))],
            Block = _block is { } block ? new(At(block.Since), block.For) : null,
        },
        OfflineTokenJson.Default.BudgetRow))]);

    // In memory it goes by the time that passes: a clock may be set. What seems to be of the future is of now.
    private long Since(DateTimeOffset at)
    {
        var ago = clock.GetUtcNow() - at;
        return ago > TimeSpan.Zero ? clock.GetTimestamp() - (long)(ago.TotalSeconds * clock.TimestampFrequency) : clock.GetTimestamp();
    }

    private DateTimeOffset At(long since) => clock.GetUtcNow() - clock.GetElapsedTime(since);

    private readonly record struct Granted(long Since, int Count);

    private readonly record struct Block(long Since, TimeSpan For);
}

/// <summary>What an app's budget has stored.</summary>
internal sealed record BudgetRow
{
    public IReadOnlyList<GrantedRow> Granted { get; init => field = value ?? []; } = [];

    public BlockRow? Block { get; init; }
}

/// <summary>So many requests were granted within a second from a time on.</summary>
internal sealed record GrantedRow(DateTimeOffset At, int Count);

/// <summary>The platform has asked at a time not to be asked for so long.</summary>
internal sealed record BlockRow(DateTimeOffset At, TimeSpan For);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BudgetRow))]
internal sealed partial class OfflineTokenJson : JsonSerializerContext;
