using System.Text;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Conformance.Probes;

/// <summary>Shows an actor's rows.</summary>
public interface IRowsProbe
{
    Task<RowText?> ReadAsync(RowName name, CancellationToken cancellationToken = default);

    Task<RowTexts> ListAsync(RowQuery query, CancellationToken cancellationToken = default);

    Task CommitAsync(RowTexts rows, CancellationToken cancellationToken = default);

    Task<CommitOutcome> CommitIfAsync(BelievedRows rows, CancellationToken cancellationToken = default);
}

public sealed record RowName(string Name);

public sealed record BelievedRows(IReadOnlyList<RowBelief> Beliefs, IReadOnlyList<RowText> Rows);

public sealed record CommitOutcome(bool WasMade);

public sealed record RowText(string Name, string? Value);

public sealed record RowTexts(IReadOnlyList<RowText> Rows, bool HasMore = false)
{
    internal static RowTexts Of(RowPage page) => new([.. page.Rows.Select(row => new RowText(row.Name, Encoding.UTF8.GetString(row.Value.Span)))], page.HasMore);

    internal RowChange[] ToChanges() =>
        [.. Rows.Select(row => row.Value is null ? new(row.Name, null) : new RowChange(row.Name, Encoding.UTF8.GetBytes(row.Value)))];
}

public class RowsProbe(ActorContext self) : IRowsProbe
{
    public async Task<RowText?> ReadAsync(RowName name, CancellationToken cancellationToken = default) =>
        await self.Rows.ReadAsync(name.Name, cancellationToken) is { } value ? new(name.Name, Encoding.UTF8.GetString(value.Span)) : null;

    public async Task<RowTexts> ListAsync(RowQuery query, CancellationToken cancellationToken = default) =>
        RowTexts.Of(await self.Rows.ListAsync(query, cancellationToken));

    public Task CommitAsync(RowTexts rows, CancellationToken cancellationToken = default) => self.Rows.CommitAsync(rows.ToChanges());

    public async Task<CommitOutcome> CommitIfAsync(BelievedRows rows, CancellationToken cancellationToken = default) =>
        new(await self.Rows.CommitIfAsync(rows.Beliefs, new RowTexts(rows.Rows).ToChanges()));
}
