using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>Who signs the certificates of a cluster's processes, in a folder that is gone afterwards.</summary>
internal sealed class Authority : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private int _issued;

    public Authority()
    {
        var request = new CertificateRequest("CN=authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        File.WriteAllText(In("authority.pem"), _certificate.ExportCertificatePem());
    }

    /// <summary>Makes a certificate for a process.</summary>
    /// <returns>The settings that it takes.</returns>
    public (string Key, string? Value)[] Issue()
    {
        var name = $"process-{++_issued}";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).Create(
            _certificate, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddMinutes(30), BitConverter.GetBytes(_issued));
        File.WriteAllText(In($"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(In($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return
        [
            ("Forge__Cluster__Tls__CertificatePath", In($"{name}.pem")),
            ("Forge__Cluster__Tls__KeyPath", In($"{name}.key")),
            ("Forge__Cluster__Tls__AuthorityPath", In("authority.pem")),
        ];
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    private string In(string name) => _folder.In(name);
}
