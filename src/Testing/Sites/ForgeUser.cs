namespace ForgeOrleans.Testing;

/// <summary>A user of a site.</summary>
public sealed class ForgeUser : Caller
{
    internal ForgeUser(ForgeSite site, string accountId, string name)
        : base(site) => (AccountId, Name) = (accountId, name);

    /// <summary>The account's id: the <c>principal</c> of tokens.</summary>
    public string AccountId { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    private protected override string AccountOnTheWire => AccountId;

    private protected override string Named => Name;

    /// <summary>Deactivates the account, on all sites: products refuse its tokens, and nobody can act as this user while absent.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task DeactivateAsync(CancellationToken ct = default) => ChangeAsync(new { Active = false }, ct);

    /// <summary>Activates the account again.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task ActivateAsync(CancellationToken ct = default) => ChangeAsync(new { Active = true }, ct);

    /// <summary>Takes this user's access to this site away, or gives it back.</summary>
    /// <param name="hasAccess">Whether the user may use the site.</param>
    /// <param name="ct">Ends the call.</param>
    public Task SetAccessAsync(bool hasAccess, CancellationToken ct = default) => ChangeAsync(new { HasAccess = hasAccess }, ct);

    private Task ChangeAsync(object change, CancellationToken ct) =>
        Site.Platform.Api.SendJsonAsync($"/sites/{Site.Id}/users/{Uri.EscapeDataString(AccountId)}", change, ct);

    /// <inheritdoc />
    public override string ToString() => $"{Name} ({AccountId})";
}

/// <summary>A visitor without an account.</summary>
public sealed class AnonymousCaller : Caller
{
    internal AnonymousCaller(ForgeSite site)
        : base(site)
    {
    }

    private protected override string AccountOnTheWire => "anonymous";

    private protected override string Named => "nobody";
}
