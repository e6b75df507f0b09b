namespace ForgeOrleans.Installations;

/// <summary>Until when the access tokens of an installation last; nothing of the tokens.</summary>
/// <param name="System">Until when the app's own lasts; null when there is none.</param>
/// <param name="Users">Of how many users there are some.</param>
/// <param name="UsersUntil">When the last of those expires; null when there are none.</param>
public sealed record TokenExpiries(DateTimeOffset? System, int Users, DateTimeOffset? UsersUntil);
