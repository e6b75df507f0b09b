namespace ForgeOrleans.Installations;

public partial class InstallationActor
{
    /// <inheritdoc/>
    public async Task<TokenExpiries> DescribeTokensAsync(DescribeRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_facts is null)
            return new(null, 0, null);
        var now = clock.GetUtcNow();
        var users = (await UsersAsync(cancellationToken)).Values.Select(user => user.Token.ExpiresAt).Where(expiry => expiry > now).ToList();
        return new(
            _system?.Token.ExpiresAt is { } expiry && expiry > now ? expiry : null,
            users.Count,
            users.Count > 0 ? users.Max() : null);
    }
}
