using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.SingleNode;

/// <summary>How one process hosts the actors: <c>Forge:DataPath</c> and the section <c>Forge:SingleNode</c>.</summary>
public sealed class SingleNodeOptions
{
    /// <summary>The folder of the database and the encryption keys. A relative one is below the program's content root.</summary>
    public string DataPath { get; set; } = "data";

    /// <summary>How long an actor is kept in memory after its last call.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(5);

    internal string FolderIn(IHostEnvironment environment) => Path.GetFullPath(DataPath, environment.ContentRootPath);
}
