using System.Buffers.Text;
using System.Text;
using ForgeOrleans.Installations;

namespace ForgeOrleans.Documents;

/// <summary>
/// The number of a site's last version, and its last commits that could be repeated: a repetition finds its own among them, whatever has become
/// of the documents since.
/// </summary>
/// <param name="Last">The last version.</param>
/// <param name="Recent">Commits of the last seconds, the oldest first.</param>
internal sealed record SiteVersion(long Last, IReadOnlyList<RecentCommit> Recent)
{
    // Longer than anybody repeats a call. Who writes more than this in that time loses the oldest: those are then made again.
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(40);
    private const int MostKept = 200;

    public static SiteVersion Read(ReadOnlyMemory<byte>? row) => row switch
    {
        null => new(0, []),
        { } plain when Utf8Parser.TryParse(plain.Span, out long last, out var length) && length == plain.Length => new(last, []),
        { } json => StoredJson.Read<SiteVersion>(json)!,
    };

    // A number alone where there is nothing to remember, as on a single node.
    public byte[] Write() => Recent.Count == 0 ? Encoding.UTF8.GetBytes($"{Last}") : StoredJson.Write(this);

    public RecentCommit? Find(string? id) => id is null ? null : Recent.FirstOrDefault(commit => commit.Id == id);

    public SiteVersion Next(string? id, int deleted, DateTimeOffset now)
    {
        var version = Last + 1;
        if (id is null)
            return new(version, Recent.Count == 0 ? Recent : [.. Kept(now, MostKept)]);
        return new(version, [.. Kept(now, MostKept - 1), new(id, version, deleted, now.ToUnixTimeSeconds())]);
    }

    private IEnumerable<RecentCommit> Kept(DateTimeOffset now, int most)
    {
        var since = (now - KeptFor).ToUnixTimeSeconds();
        return Recent.Where(commit => commit.At >= since).TakeLast(most);
    }
}

/// <summary>A commit that could be repeated.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">The version that it made.</param>
/// <param name="Deleted">How many documents it deleted.</param>
/// <param name="At">When, in seconds since 1970.</param>
internal sealed record RecentCommit(string Id, long Version, int Deleted, long At);
