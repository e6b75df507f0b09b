using System.Security.Cryptography;
using ForgeOrleans.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.TokenProtection;

/// <summary>Encrypts tokens with ASP.NET data protection. The installation is part of the purpose: no site's token opens as another's.</summary>
internal sealed partial class DataProtectionTokens(IDataProtectionProvider provider, ILogger<DataProtectionTokens> logger) : ITokenProtection
{
    private readonly IDataProtector _tokens = provider.CreateProtector("ForgeOrleans.AccessTokens.v1");

    public byte[] Protect(string installationId, ReadOnlySpan<byte> token) => _tokens.CreateProtector(installationId).Protect(token.ToArray());

    public byte[]? Unprotect(string installationId, ReadOnlySpan<byte> protectedToken)
    {
        try
        {
            return _tokens.CreateProtector(installationId).Unprotect(protectedToken.ToArray());
        }
        // Keys that cannot be read now are not keys that are gone.
        catch (CryptographicException e) when (e.InnerException is not StorageUnavailableException)
        {
            Log.CannotDecrypt(logger, installationId, e.GetType().Name);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Warning,
            "A stored access token of installation {InstallationId} cannot be decrypted ({Reason}) and counts as absent; the next invocation brings another. Are the keys of the data path those that it was written with?")]
        public static partial void CannotDecrypt(ILogger logger, string installationId, string reason);
    }
}
