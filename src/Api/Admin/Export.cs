using System.Text.Json;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Admin;

/// <summary>
/// All that is kept of an installation, as one JSON document that is sent while it is read: it may be larger than this process's memory. An export that
/// fails on its way ends the connection, so that nobody takes a part for the whole.
/// </summary>
/// <param name="context">The operator's request.</param>
/// <param name="installation">The installation.</param>
internal sealed class Export(HttpContext context, IInstallationActor installation)
{
    /// <summary>Writes the export.</summary>
    /// <returns>How many rows it has.</returns>
    public async Task<long> WriteAsync(InstallationDetail detail, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The first page before the first byte: what fails at once is still answered with an error.
        var page = await installation.ExportAsync(new(), cancellationToken);
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, new() { Encoder = AdminJson.Options.Encoder });
        writer.WriteStartObject();
        writer.WriteString("exportedAt", now);
        writer.WritePropertyName("description");
        JsonSerializer.Serialize(writer, detail, AdminJson.Options);
        writer.WriteStartArray("rows");
        var rows = 0L;
        while (true)
        {
            foreach (var row in page.Rows)
                Write(writer, row);
            rows += page.Rows.Count;
            await writer.FlushAsync(cancellationToken);
            await context.Response.BodyWriter.FlushAsync(cancellationToken);
            if (page.Next is not { } next)
                break;
            page = await installation.ExportAsync(new(next), cancellationToken);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
        return rows;
    }

    private static void Write(Utf8JsonWriter writer, ExportedRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("name", row.Name);
        writer.WritePropertyName("value");
        row.Value.WriteTo(writer);
        writer.WriteEndObject();
    }
}
