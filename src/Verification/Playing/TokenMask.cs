using System.Text.RegularExpressions;

namespace ForgeOrleans.Verification.Playing;

/// <summary>Keeps tokens that a remote gives away out of the report.</summary>
internal static partial class TokenMask
{
    /// <summary>A text with every JSON Web Token in it replaced, also one that is cut off.</summary>
    public static string Hide(string text) => Token().Replace(text, "(token)");

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*){0,2}")]
    private static partial Regex Token();
}
