using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Installations;

/// <summary>A token as it is stored: encrypted, with what must be known without decrypting it.</summary>
/// <param name="ExpiresAt">When the token expires.</param>
/// <param name="AppVersion">The version of the app that it came with.</param>
/// <param name="Protected">The encrypted token.</param>
internal sealed record TokenRow(DateTimeOffset ExpiresAt, string? AppVersion, byte[] Protected)
{
    public const string System = "token/system";
    public const string UserPrefix = "token/user/";

    public static RowChange Put(string name, StoredToken token, string installationId, ITokenProtection protection) =>
        new(name, StoredJson.Write(new TokenRow(token.Token.ExpiresAt, token.AppVersion, protection.Protect(installationId, token.Token.Utf8))));

    /// <summary>Returns the token, or null when it has expired or cannot be decrypted: both count as absent.</summary>
    public static StoredToken? Read(ReadOnlyMemory<byte> json, string installationId, ITokenProtection protection, DateTimeOffset now)
    {
        var row = StoredJson.Read<TokenRow>(json);
        if (row is null || row.ExpiresAt <= now || protection.Unprotect(installationId, row.Protected) is not { } utf8)
            return null;
        return new(new AccessToken(utf8, row.ExpiresAt), row.AppVersion) { LastUsed = now };
    }
}
