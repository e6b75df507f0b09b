using System.Globalization;

namespace ForgeOrleans.Installations;

/// <summary>Where an installation stands in a listing of several apps.</summary>
/// <param name="AppId">The app's uuid.</param>
/// <param name="Shard">The shard of the app's index.</param>
/// <param name="InstallationId">The installation's uuid.</param>
public sealed record IndexPosition(string AppId, int Shard, string InstallationId)
{
    /// <summary>Returns the position that <see cref="ToString"/> wrote, or null when it is none of a listing of these apps.</summary>
    /// <param name="text">The position.</param>
    /// <param name="appIds">The apps.</param>
    public static IndexPosition? Read(string text, IReadOnlyList<string> appIds) =>
        text.Split('.') is [var app, var shard, var id]
        && appIds.Contains(app)
        && int.TryParse(shard, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < InstallationIndex.Shards
        && Guid.TryParseExact(id, "D", out _)
            ? new(app, number, id)
            : null;

    /// <summary>Writes the position, as it can stand in a URL.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AppId}.{Shard}.{InstallationId}");
}
