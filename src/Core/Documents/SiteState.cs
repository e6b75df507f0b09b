using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Documents;

/// <summary>
/// The documents of the site that a handler runs for. It is bound to that site: there is no way to name another one.
/// </summary>
/// <example><code>
/// app.MapForgeInvocation("GET", "/settings", (SiteState state) => state.Collection&lt;Settings&gt;("settings").GetAsync("site"));
/// </code></example>
public sealed class SiteState
{
    /// <summary>The most characters of a document's key.</summary>
    public const int LongestKey = 500;

    /// <summary>The most characters of a collection's name.</summary>
    public const int LongestCollection = 100;

    /// <summary>The most bytes of a document, as UTF-8 JSON: 256 KB.</summary>
    public const int LargestDocument = 256 * 1024;

    /// <summary>The most documents of a page.</summary>
    public const int MostDocuments = 1_000;

    /// <summary>The most documents that one <see cref="CommitAsync"/> changes.</summary>
    public const int MostChanges = IActorRows.MostChanges - 1;

    private readonly IActors _actors;
    private readonly HandlerScope _scope;
    private readonly ISiteStateActor _actor;

    /// <summary>The documents of the site in <paramref name="scope"/>.</summary>
    /// <param name="actors">Finds the site's actor.</param>
    /// <param name="scope">The site that the handler runs for.</param>
    /// <param name="options">How documents are written.</param>
    public SiteState(IActors actors, HandlerScope scope, IOptions<SiteStateOptions> options)
    {
        (_actors, _scope) = (actors, scope);
        _actor = actors.Get<ISiteStateActor>(scope.InstallationId);
        Json = options.Value.SerializerOptions;
    }

    internal ISiteStateActor Actor => _actor;

    internal JsonSerializerOptions Json { get; }

    /// <summary>Returns a collection of documents. It need not be created; one without documents takes no room.</summary>
    /// <typeparam name="T">What its documents are, written as JSON.</typeparam>
    /// <param name="name">Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, at most <see cref="LongestCollection"/> of them.</param>
    /// <exception cref="ArgumentException">The name has other characters, or too many.</exception>
    public DocumentCollection<T> Collection<T>(string name) => new(this, name);

    /// <summary>Makes changes to documents of one or several collections, all or none. They are durable when the task completes.</summary>
    /// <param name="changes">Made by <see cref="DocumentCollection{T}.Put"/> and <see cref="DocumentCollection{T}.Delete"/>; at most <see cref="MostChanges"/>.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>The version that the documents put have now.</returns>
    /// <exception cref="DocumentConflictException">A document has another version than a change demands; nothing was changed.</exception>
    /// <exception cref="ArgumentException">There are too many changes, or two for the same document.</exception>
    public async Task<long> CommitAsync(IReadOnlyCollection<DocumentChange> changes, CancellationToken cancellationToken = default)
    {
        if (changes.Count is 0 or > MostChanges || changes.DistinctBy(change => change.Name).Count() < changes.Count)
            throw new ArgumentException($"A commit takes 1 to {MostChanges} changes, each to another document.", nameof(changes));
        foreach (var change in changes)
        {
            DocumentLimits.CheckCollection(change.Name.Collection);
            DocumentLimits.Check(change.Name);
            DocumentLimits.Check(change);
        }
        return (await ApplyAsync(new([.. changes]), cancellationToken)).Version;
    }

    internal async Task<DocumentCommit> ApplyAsync(DocumentChanges changes, CancellationToken cancellationToken)
    {
        var issued = changes with { IssuedAt = _scope.Invocation.IssuedAt };
        var commit = await _actor.CommitAsync(issued, cancellationToken);
        if (commit.IsErased && await BeginAnewAsync(cancellationToken) == Admission.Admitted)
            commit = await _actor.CommitAsync(issued, cancellationToken);
        if (commit.IsErased)
            throw new ForgeException(ForgeErrorCode.Forbidden, "The data of this installation was erased after this was sent.");
        return commit.Conflict is { } conflict ? throw new DocumentConflictException(conflict) : commit;
    }

    // This process may not have told the installation of a call since its data was erased. Whether this one was issued before, the installation knows.
    private Task<Admission> BeginAnewAsync(CancellationToken cancellationToken) => _actors.Get<IInstallationActor>(_scope.InstallationId)
        .AdmitAsync(new(_scope.Invocation.Installation with { IssuedAt = _scope.Invocation.IssuedAt }), cancellationToken);
}
