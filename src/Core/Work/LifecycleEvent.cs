namespace ForgeOrleans.Work;

/// <summary>A change in the life of an installation (contract section 8).</summary>
public sealed class LifecycleEvent : WorkRun
{
    internal LifecycleEvent(RunContext context) : base(context)
    {
    }

    /// <summary>What has changed: one of <see cref="LifecycleChange"/>.</summary>
    public string Change => Key;

    /// <summary>The account id of the user who installed or upgraded the app, if it is known.</summary>
    public string? AccountId => EventJson.Text(Json, "installerAccountId") ?? EventJson.Text(Json, "upgraderAccountId");

    /// <summary>The app's version, if the platform says.</summary>
    public string? AppVersion => EventJson.Member(Json, "app") is { } app ? EventJson.Text(app, "version") : null;

    /// <summary>After a reinstall: the former installation of the same site, which has its data.</summary>
    public string? FormerInstallationId => EventJson.Text(Json, "formerInstallationId");
}

/// <summary>What can change in the life of an installation. More may come.</summary>
public static class LifecycleChange
{
    /// <summary>The app was installed.</summary>
    public const string Installed = "installed";

    /// <summary>The app was upgraded to a new major version.</summary>
    public const string Upgraded = "upgraded";

    /// <summary>The site had the app before: see <see cref="LifecycleEvent.FormerInstallationId"/>.</summary>
    public const string Reinstalled = "reinstalled";

    /// <summary>The app was, or seems to have been, uninstalled.</summary>
    public const string Uninstalled = "uninstalled";

    /// <summary>The app, taken for uninstalled, has been called again.</summary>
    public const string Returned = "returned";
}
