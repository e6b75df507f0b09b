namespace ForgeOrleans.Api.Admin;

/// <summary>Marks the routes of the admin API.</summary>
/// <param name="Limit">How long a request may take.</param>
internal sealed record AdminRoute(TimeSpan Limit);
