namespace ForgeOrleans.RealmMigrations;

/// <summary>A migration cannot be done, for a reason that the platform has a code for.</summary>
public sealed class RealmMigrationException : Exception
{
    private const int LongestCode = 20;

    /// <summary>Says why.</summary>
    /// <param name="errorCode">One of <see cref="RealmMigrationErrors"/>, or a code that the platform has added since.</param>
    /// <param name="reason">Why, for the operator; the platform only gets the code.</param>
    /// <param name="innerException">What led to it.</param>
    /// <exception cref="ArgumentException">The code is none: it has 1 to 20 letters and digits.</exception>
    public RealmMigrationException(string errorCode, string? reason = null, Exception? innerException = null)
        : base(reason ?? $"The realm migration failed with {errorCode}.", innerException)
    {
        if (errorCode.Length is 0 or > LongestCode || !errorCode.All(char.IsAsciiLetterOrDigit))
            throw new ArgumentException($"A code has 1 to {LongestCode} letters and digits, such as {RealmMigrationErrors.RegionNotSupported}.", nameof(errorCode));
        ErrorCode = errorCode;
    }

    /// <summary>The code.</summary>
    public string ErrorCode { get; }
}
