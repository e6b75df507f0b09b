namespace ForgeOrleans.Verification.Checks;

/// <summary>The stable names of the groups of checks.</summary>
internal static class Groups
{
    public const string Contact = "contact";
    public const string GoodTokens = "good-tokens";
    public const string ForgedTokens = "forged-tokens";
    public const string Answers = "answers";
    public const string Deliveries = "deliveries";
    public const string Lifecycle = "lifecycle";
    public const string WebTriggers = "web-triggers";
    public const string Migration = "migration";
    public const string Isolation = "isolation";
    public const string Keys = "keys";
    public const string Secrets = "secrets";
}
