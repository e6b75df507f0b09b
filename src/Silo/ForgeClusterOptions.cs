namespace ForgeOrleans.Silo;

/// <summary>A process's place in its cluster, configured by <c>Forge:Cluster</c>.</summary>
public sealed class ForgeClusterOptions
{
    /// <summary>What holds the cluster together and keeps its state: <c>PostgreSQL</c>, or <c>Development</c>, which keeps it in memory on one machine.</summary>
    public string? Provider { get; set; }

    /// <summary>How the provider's server is reached. A secret.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Silos with the same id find each other. It may change with a deployment that takes over from another.</summary>
    public string ClusterId { get; set; } = "forge-orleans";

    /// <summary>Names the app over all its deployments: its reminders are kept by it, so it never changes.</summary>
    public string ServiceId { get; set; } = "forge-orleans";

    /// <summary>The port that silos talk to each other on.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>The port that processes with the role <see cref="ClusterRole.Api"/> talk to a silo on.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The address that the others reach this silo at; by default the first of this host that is not its loopback.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>How long a grain stays in memory after its last call; at least two minutes, in steps of one.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Encrypts what silos say to each other and to their clients. Without it the network must be trusted: access tokens travel on it.</summary>
    public ClusterTlsOptions Tls { get; set; } = new();

    /// <summary>For <c>Development</c>: the silo that all others on this machine ask for the cluster, <c>127.0.0.1:11111</c> by default.</summary>
    public string PrimarySilo { get; set; } = "127.0.0.1:11111";

    /// <summary>For <c>Development</c>: where an <see cref="ClusterRole.Api"/> finds silos, <c>127.0.0.1:30000</c> by default.</summary>
    public IList<string> Gateways { get; } = [];
}

/// <summary>Certificates of a cluster. Both ends of every connection present one, and each must be signed by the cluster's own authority.</summary>
public sealed class ClusterTlsOptions
{
    /// <summary>The file with this process's certificate, PEM.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>The file with its private key, PEM.</summary>
    public string? KeyPath { get; set; }

    /// <summary>The file with the certificate of the cluster's authority, PEM. Nobody else's signature counts.</summary>
    public string? AuthorityPath { get; set; }
}
