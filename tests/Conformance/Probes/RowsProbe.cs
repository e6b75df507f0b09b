using System.Text;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Conformance.Probes;

/// <summary>Shows an actor's rows.</summary>
public interface IRowsProbe
{
    Task<RowText?> ReadAsync(RowName name, CancellationToken cancellationToken = default);

    Task<RowTexts> ListAsync(RowQuery query, CancellationToken cancellationToken = default);

    Task CommitAsync(RowTexts rows, CancellationToken cancellationToken = default);
}

public sealed record RowName(string Name);

public sealed record RowText(string Name, string? Value);

public sealed record RowTexts(IReadOnlyList<RowText> Rows, bool HasMore = false);

public class RowsProbe(ActorContext self) : IRowsProbe
{
    public async Task<RowText?> ReadAsync(RowName name, CancellationToken cancellationToken = default) =>
        await self.Rows.ReadAsync(name.Name, cancellationToken) is { } value ? Text(name.Name, value) : null;

    public async Task<RowTexts> ListAsync(RowQuery query, CancellationToken cancellationToken = default)
    {
        var page = await self.Rows.ListAsync(query, cancellationToken);
        return new([.. page.Rows.Select(row => Text(row.Name, row.Value))], page.HasMore);
    }

    public Task CommitAsync(RowTexts rows, CancellationToken cancellationToken = default) =>
        self.Rows.CommitAsync([.. rows.Rows.Select(row => row.Value is null ? new(row.Name, null) : new RowChange(row.Name, Encoding.UTF8.GetBytes(row.Value)))]);

    private static RowText Text(string name, ReadOnlyMemory<byte> value) => new(name, Encoding.UTF8.GetString(value.Span));
}
