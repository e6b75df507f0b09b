namespace ForgeOrleans.Hosting;

/// <summary>Encrypts access tokens at rest. A host implements it over ASP.NET data protection, with keys that all its processes share.</summary>
public interface ITokenProtection
{
    /// <summary>Encrypts a token.</summary>
    /// <param name="installationId">The installation that the token belongs to; no other can decrypt it.</param>
    /// <param name="token">The token.</param>
    byte[] Protect(string installationId, ReadOnlySpan<byte> token);

    /// <summary>Decrypts a token.</summary>
    /// <param name="installationId">The installation that the token belongs to.</param>
    /// <param name="protectedToken">What <see cref="Protect"/> returned.</param>
    /// <returns>The token, or null when it cannot be decrypted: the key is gone, or the bytes are not what was written.</returns>
    byte[]? Unprotect(string installationId, ReadOnlySpan<byte> protectedToken);
}
