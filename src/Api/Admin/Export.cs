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
    // The actors that rows come from, in the order in which they come, and what their parts are called.
    private static readonly (string Actor, string Name)[] Parts =
        [("installation/", "installation"), ("site-state/", "documents"), ("work-queue/", "queue"), ("realm-migration/", "realmMigrations")];

    private int _part = -1;

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
        GoTo(writer, Parts.Length - 1);
        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
        return rows;
    }

    private void Write(Utf8JsonWriter writer, ExportedRow row)
    {
        var part = Array.FindIndex(Parts, part => row.Name.StartsWith(part.Actor, StringComparison.Ordinal));
        if (part < Math.Max(_part, 0))
            throw new InvalidOperationException($"The row '{row.Name}' of an export belongs to no part, or to one that has ended.");
        GoTo(writer, part);
        writer.WriteStartObject();
        writer.WriteString("name", row.Name[Parts[part].Actor.Length..]);
        writer.WritePropertyName("value");
        row.Value.WriteTo(writer);
        writer.WriteEndObject();
    }

    // A part without rows is there too, and empty.
    private void GoTo(Utf8JsonWriter writer, int part)
    {
        while (_part < part)
        {
            if (_part >= 0)
                writer.WriteEndArray();
            writer.WriteStartArray(Parts[++_part].Name);
        }
    }
}
