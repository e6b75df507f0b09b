using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace ForgeOrleans.Silo;

/// <summary>Mutual TLS between the processes of a cluster. Who has a certificate of its authority is a member; names are not compared, since silos come and go.</summary>
internal static class ClusterTls
{
    public static void Use(ISiloBuilder silo, ClusterTlsOptions options)
    {
        if (options.CertificatePath is not null)
            silo.UseTls(tls => Configure(tls, options));
    }

    public static void Use(IClientBuilder client, ClusterTlsOptions options)
    {
        if (options.CertificatePath is not null)
            client.UseTls(tls => Configure(tls, options));
    }

    /// <exception cref="ForgeConfigurationException">One of the files is missing or cannot be read.</exception>
    public static void Validate(ClusterTlsOptions options)
    {
        if (options is { CertificatePath: null, KeyPath: null, AuthorityPath: null })
            return;
        if (options is not { CertificatePath: { } certificate, KeyPath: { } key, AuthorityPath: { } authority })
            throw new ForgeConfigurationException("Forge:Cluster:Tls is not complete. It takes CertificatePath, KeyPath and AuthorityPath, or none of them.");
        try
        {
            using var own = X509Certificate2.CreateFromPemFile(certificate, key);
            using var signer = X509CertificateLoader.LoadCertificateFromFile(authority);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ForgeConfigurationException($"a certificate of Forge:Cluster:Tls cannot be read: {e.Message}", e);
        }
    }

    private static void Configure(TlsOptions tls, ClusterTlsOptions options)
    {
        var authority = X509CertificateLoader.LoadCertificateFromFile(options.AuthorityPath!);
        tls.LocalCertificate = X509Certificate2.CreateFromPemFile(options.CertificatePath!, options.KeyPath!);
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, _) => IsSignedBy(authority, certificate);
        tls.OnAuthenticateAsClient = (_, authentication) => authentication.TargetHost = "silo";
    }

    private static bool IsSignedBy(X509Certificate2 authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // A stranger's certificate may name an address of his choice.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate);
    }
}
