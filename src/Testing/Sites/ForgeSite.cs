
namespace ForgeOrleans.Testing;

/// <summary>A site of the Atlassian cloud with the app installed.</summary>
public sealed partial class ForgeSite
{
    internal ForgeSite(ForgePlatform platform, string id)
    {
        (Platform, Id) = (platform, id);
        Users = [.. Now.Users.Select(user => new ForgeUser(this, user.AccountId, user.Name))];
        Anonymous = new(this);
    }

    /// <summary>The platform that it is of.</summary>
    public ForgePlatform Platform { get; }

    /// <summary>The name by which tests choose it, such as <c>acme</c>.</summary>
    public string Id { get; }

    /// <summary>The people who work there.</summary>
    public IReadOnlyList<ForgeUser> Users { get; }

    /// <summary>Somebody without an account.</summary>
    public AnonymousCaller Anonymous { get; }

    /// <summary>The site's id in the cloud.</summary>
    public string CloudId => Now.CloudId;

    /// <summary>The installation's bare uuid: another one after <see cref="ReinstallAsync"/>.</summary>
    public string InstallationId => Now.InstallationId;

    /// <summary>Whether the app is installed.</summary>
    public bool IsInstalled => Now.IsInstalled;

    /// <summary>A user by name or account id; the first name alone will do where only one has it.</summary>
    /// <exception cref="ForgeTestException">There is none, or there are several.</exception>
    public ForgeUser User(string nameOrAccountId) =>
        Users.FirstOrDefault(user => user.AccountId == nameOrAccountId || user.Name == nameOrAccountId)
        ?? (Users.Where(user => user.Name.Split(' ')[0] == nameOrAccountId).ToList() is [var only] ? only : throw new ForgeTestException(
            $"Site \"{Id}\" has no user \"{nameOrAccountId}\". Its users: {string.Join(", ", Users.Select(user => user.Name))}; for nobody in session there is site.Anonymous."));

    private Emulator.Sites.Site Now => Platform.Emulator.Sites.First(site => site.Id == Id);

    /// <inheritdoc />
    public override string ToString() => $"{Id}, installation {InstallationId}";
}
