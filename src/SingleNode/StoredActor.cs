namespace ForgeOrleans.SingleNode;

/// <summary>An activation's place in the database. Only the writer changes it, and the activation's own turn reads it.</summary>
internal sealed class StoredActor(string kind, string key)
{
    public string Kind { get; } = kind;

    public string Key { get; } = key;

    /// <summary>The actor's row id; 0 while it is not known, -1 while the actor has no rows.</summary>
    public long Id { get; set; }

    /// <summary>The epoch that this activation took with its first commit; 0 before.</summary>
    public long Epoch { get; set; }

    public override string ToString() => $"{Kind}/{Key}";
}
