using ForgeOrleans.Installations;

namespace ForgeOrleans.Invocations;

/// <summary>
/// A verified invocation: who calls, from where, for which site. All of it comes from the Forge Invocation Token and nothing from headers
/// or the body (contract section 3).
/// </summary>
public sealed record ForgeInvocation
{
    private InvocationContext? _context;

    /// <summary>The installation that the call is for, and what the token says of it.</summary>
    public required InstallationFacts Installation { get; init; }

    /// <summary>The module that the call comes from, if the token names one.</summary>
    public ForgeModule? Module { get; init; }

    /// <summary>When the token was issued.</summary>
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>Where in the product the call comes from. Null when a Forge function calls.</summary>
    public InvocationContext? Context => _context ??= InvocationContext.Read(ContextJson);

    /// <summary>The claim <c>context</c> as it came, read when a handler asks for it: most ask for none of it. Empty when it is absent.</summary>
    public ReadOnlyMemory<byte> ContextJson { get; init; }

    /// <summary>The account id of the user in session. Null when no user is.</summary>
    public string? Principal { get; init; }

    /// <summary>The token's <c>jti</c>. The same for calls that a client makes with a cached token, as <c>requestRemote</c> does.</summary>
    public string? TokenId { get; init; }

    /// <summary>The label of an Isolated Cloud, when the site is in one.</summary>
    public string? IsolatedCloudLabel => Installation.IsolatedCloudLabel;

    /// <summary>Says which installation and module it is.</summary>
    public override string ToString() => $"Invocation of {Installation.InstallationId} by {Module?.Key ?? "?"}";
}

/// <summary>A module of the app's manifest.</summary>
/// <param name="Type">The module's type, such as <c>xen:macro</c> or <c>core:endpoint</c>.</param>
/// <param name="Key">The module's key in the manifest.</param>
public sealed record ForgeModule(string? Type, string? Key);
