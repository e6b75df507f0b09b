using System.Text.Json;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

/// <summary>An actor's rows as they are exported.</summary>
internal static class RowExport
{
    // Deeper than anything that is stored: a document may be as deep as a serializer writes, and stands in its row a level deeper.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = WorkJson.Deepest };

    /// <summary>Exports a page of all rows.</summary>
    public static async Task<ExportPage> ExportAsync(this IActorRows rows, ExportQuery query, int mostRows, CancellationToken cancellationToken)
    {
        var page = await rows.ListAsync(new("", query.After, mostRows), cancellationToken);
        return new([.. page.Rows.Select(row => new ExportedRow(row.Name, Parse(row.Value)))], page.Next);
    }

    /// <summary>Reads a row, however deep it is.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> row) => JsonElement.Parse(row.Span, Deep);
}
