namespace ForgeOrleans.Emulator.Limits;

/// <summary>The names of the gateway's own limits.</summary>
internal static class GatewayLimit
{
    public const string Impersonations = "impersonations";

    public const string Installations = "installations";

    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>An installation's details can be asked for once in so long.</summary>
    public static readonly TimeSpan BetweenDetails = TimeSpan.FromMinutes(5);

    public static string Details(string installationId) => $"installation {installationId}";
}
