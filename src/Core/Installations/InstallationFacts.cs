using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Installations;

/// <summary>
/// What a verified token says of an installation, apart from what differs from call to call (contract section 3). Two facts are equal
/// when they say the same, whenever they were issued.
/// </summary>
public sealed record InstallationFacts
{
    /// <summary>The installation's uuid, in lowercase. New after a reinstall; all data is kept by it.</summary>
    public required string InstallationId { get; init; }

    /// <summary>The app's uuid, in lowercase.</summary>
    public required string AppId { get; init; }

    /// <summary>The version of the app that is installed, if the token names it.</summary>
    public string? AppVersion { get; init; }

    /// <summary>The environment's uuid, in lowercase.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary><c>DEVELOPMENT</c>, <c>STAGING</c> or <c>PRODUCTION</c>.</summary>
    public string? EnvironmentType { get; init; }

    /// <summary>
    /// Where product calls of the invoking product go. Where <see cref="Contexts"/> name the products this differs from call to call, and says
    /// nothing of the installation.
    /// </summary>
    public string? ApiBaseUrl { get; init; }

    /// <summary>The products that the app is installed in; empty when the token does not say.</summary>
    public IReadOnlyList<ProductContext> Contexts { get; init => field = value ?? []; } = [];

    /// <summary>The license, for paid apps in production.</summary>
    public License? License { get; init; }

    /// <summary>The label of the Isolated Cloud that the site is in, if it is in one: its Forge storage is there too.</summary>
    public string? IsolatedCloudLabel { get; init; }

    /// <summary>When the token was issued: of two different facts the one issued later is true.</summary>
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>What a newer version of this program has stored beside these, kept as it is.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Whether both say the same of the installation, whenever they were issued.</summary>
    /// <param name="other">Other facts.</param>
    public bool Equals(InstallationFacts? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && InstallationId == other.InstallationId
            && AppId == other.AppId
            && AppVersion == other.AppVersion
            && EnvironmentId == other.EnvironmentId
            && EnvironmentType == other.EnvironmentType
            && IsolatedCloudLabel == other.IsolatedCloudLabel
            && (Contexts.Count > 0 || ApiBaseUrl == other.ApiBaseUrl)
            && License == other.License
            && Contexts.SequenceEqual(other.Contexts));

    /// <summary>A hash that goes with <see cref="Equals(InstallationFacts?)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(InstallationId, AppId, AppVersion, Contexts.Count);
}
