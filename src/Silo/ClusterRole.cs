namespace ForgeOrleans.Silo;

/// <summary>What a process of a cluster does, by <c>Forge:Role</c>.</summary>
public enum ClusterRole
{
    /// <summary>Serves the web and keeps the actors of some sites: all in one, as often as wanted.</summary>
    ApiAndSilo,

    /// <summary>Serves the web and asks silos for actors.</summary>
    Api,

    /// <summary>Keeps the actors of some sites; over HTTP it only tells its health.</summary>
    Silo,
}
