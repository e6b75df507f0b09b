namespace ForgeOrleans.Documents;

/// <summary>A document was changed since it was read. Unless the handler catches it, the caller is answered 409 <c>conflict</c>.</summary>
/// <param name="conflict">Which document, and its versions.</param>
public sealed class DocumentConflictException(DocumentConflict conflict) : ForgeException(
    ForgeErrorCode.Conflict,
    (conflict.ExpectedVersion, conflict.ActualVersion) switch
    {
        (0, _) => $"The document '{conflict.Name.Key}' exists already.",
        (_, 0) => $"The document '{conflict.Name.Key}' does not exist any more.",
        var (expected, actual) => $"The document '{conflict.Name.Key}' has version {actual} now, not {expected}. Read it again.",
    })
{
    /// <summary>Which document, and its versions.</summary>
    public DocumentConflict Conflict { get; } = conflict;
}
