using ForgeOrleans.Hosting;
using ForgeOrleans.Work;

namespace ForgeOrleans.Documents;

/// <summary>The actor that keeps one site's documents. Its key is the installation's uuid. Handlers use <see cref="SiteState"/>.</summary>
public interface ISiteStateActor
{
    /// <summary>Reads a document.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The document, or null.</returns>
    [Idempotent]
    Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default);

    /// <summary>Lists documents of a collection in the order of their keys.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<StoredPage> ListAsync(DocumentQuery query, CancellationToken cancellationToken = default);

    /// <summary>Makes changes to documents, all or none. They are durable when the task completes.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is written.</param>
    [Idempotent]
    Task<DocumentCommit> CommitAsync(DocumentChanges changes, CancellationToken cancellationToken = default);

    /// <summary>Exports what the site has stored, a page at a time.</summary>
    /// <param name="query">From where.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default);

    /// <summary>Erases some of what the site has stored; call it until nothing is left. From the first call on nothing is stored any more.</summary>
    /// <param name="request">When the erasure was decided: what was issued before is never stored again.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lets a site whose data was erased begin anew, empty.</summary>
    /// <param name="request">Which erasure it begins after; one that was decided later stays in force.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task RestartAsync(RestartRequest request, CancellationToken cancellationToken = default);

    /// <summary>Stores documents of a former installation whose names are free here. They are durable when the task completes.</summary>
    /// <param name="documents">The documents, as they were exported.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    [Idempotent]
    Task<AdoptedDocuments> AdoptAsync(DocumentsToAdopt documents, CancellationToken cancellationToken = default);
}

/// <summary>Names a document.</summary>
/// <param name="Collection">The collection that it is in.</param>
/// <param name="Key">Its key there.</param>
public sealed record DocumentName(string Collection, string Key);

/// <summary>A document as it is stored.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Version">Its version.</param>
/// <param name="Utf8Json">Its content.</param>
public sealed record StoredDocument(string Key, long Version, ReadOnlyMemory<byte> Utf8Json);

/// <summary>Asks for documents.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Prefix">What the keys begin with.</param>
/// <param name="After">Begin behind this key.</param>
/// <param name="Limit">How many at the most.</param>
public sealed record DocumentQuery(string Collection, string Prefix, string? After, int Limit);

/// <summary>A page of documents.</summary>
/// <param name="Documents">The documents, in the order of their keys.</param>
/// <param name="Next">The key to go on behind, or null at the end.</param>
public sealed record StoredPage(IReadOnlyList<StoredDocument> Documents, string? Next);

/// <summary>Changes to documents, all or none.</summary>
/// <param name="Changes">At most <see cref="SiteState.MostChanges"/>, to different documents.</param>
/// <param name="Id">Tells this commit from all others, if it may come to be repeated. The actor remembers it for as long as calls are repeated.</param>
/// <param name="IsRepetition">The commit with this id may have been made already, by a call whose answer was lost: then its answer is given again.</param>
/// <param name="IssuedAt">When the invocation or the work was issued that makes them: after an erasure it counts whether that was before.</param>
public sealed record DocumentChanges(
    IReadOnlyList<DocumentChange> Changes, string? Id = null, bool IsRepetition = false, DateTimeOffset? IssuedAt = null) : IRepeatable
{
    /// <inheritdoc/>
    public object WithId(string id) => Id is null ? this with { Id = id } : this;

    /// <inheritdoc/>
    public object AsRepetition() => this with { IsRepetition = true };
}

/// <summary>A change to one document.</summary>
/// <param name="Name">Which document.</param>
/// <param name="Utf8Json">Its new content, or null to delete it.</param>
/// <param name="ExpectedVersion">Its version must be this; 0 demands that there is no such document; null demands nothing.</param>
public sealed record DocumentChange(DocumentName Name, ReadOnlyMemory<byte>? Utf8Json, long? ExpectedVersion);

/// <summary>What became of changes.</summary>
/// <param name="Version">The version that the documents put have now. 0 after a conflict.</param>
/// <param name="Deleted">How many of the documents to delete were there.</param>
/// <param name="Conflict">The first document whose version was not the expected one; then nothing was changed.</param>
/// <param name="IsErased">The site's data was erased, and it has not begun anew since, or this was issued before; then nothing was changed.</param>
public sealed record DocumentCommit(long Version, int Deleted, DocumentConflict? Conflict, bool IsErased = false);

/// <summary>A version that was not the expected one.</summary>
/// <param name="Name">The document.</param>
/// <param name="ExpectedVersion">What the caller demanded.</param>
/// <param name="ActualVersion">What it is; 0 when there is no such document.</param>
public sealed record DocumentConflict(DocumentName Name, long ExpectedVersion, long ActualVersion);

/// <summary>Begins anew after an erasure.</summary>
/// <param name="ErasedAt">When that was decided.</param>
public sealed record RestartRequest(DateTimeOffset ErasedAt);

/// <summary>Documents of a former installation.</summary>
/// <param name="Documents">At most <see cref="MostDocuments"/>.</param>
/// <param name="IssuedAt">When the adoption was decided.</param>
public sealed record DocumentsToAdopt(IReadOnlyList<ExportedRow> Documents, DateTimeOffset IssuedAt)
{
    /// <summary>The most documents of one commit.</summary>
    public const int MostDocuments = SiteState.MostChanges;
}

/// <summary>What became of a former installation's documents.</summary>
/// <param name="Copied">How many were stored.</param>
/// <param name="Kept">How many were not, because there was one of the same name.</param>
public sealed record AdoptedDocuments(int Copied, int Kept);
