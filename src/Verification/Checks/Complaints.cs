namespace ForgeOrleans.Verification.Checks;

/// <summary>What a remote did wrong, and where: the same thing at several doors is told once.</summary>
internal sealed class Complaints
{
    private const int Told = 4;

    private readonly List<(string Door, string Did, string? With)> _all = [];

    public bool AreNone => _all.Count == 0;

    /// <param name="door">Where: the subject of the sentence.</param>
    /// <param name="did">What it did: the predicate; null for nothing wrong.</param>
    /// <param name="with">What it did so with, of several things that were tried.</param>
    public void Add(string door, string? did, string? with = null)
    {
        if (did is not null)
            _all.Add((door, did, with));
    }

    /// <summary>Failed if there are any.</summary>
    public Finding ToFinding(string? remark = null) => AreNone ? Finding.Passed(remark) : Finding.Failed(Sentences());

    public Finding ToWarning(string? advice = null) => AreNone ? Finding.Passed() : Finding.Warned(advice is null ? Sentences() : $"{Sentences()} {advice}");

    public string Sentences()
    {
        // Those that did the same with the same things are one sentence.
        var sentences = _all
            .GroupBy(complaint => (complaint.Door, complaint.Did), complaint => complaint.With)
            .Select(group => (group.Key.Door, group.Key.Did, With: List(group.OfType<string>())))
            .GroupBy(one => (one.Did, one.With), one => one.Door)
            .Select(group => $"{List(group)} {group.Key.Did}{(group.Key.With is "" ? "" : $" ({group.Key.With})")}.")
            .ToList();
        var told = string.Join(' ', sentences.Take(Told));
        return sentences.Count > Told ? $"{told} There are {sentences.Count - Told} more such answers." : told;
    }

    private static string List(IEnumerable<string> names)
    {
        var distinct = names.Distinct().ToList();
        return distinct switch
        {
            [] => "",
            [var only] => only,
            { Count: <= Told } => $"{string.Join(", ", distinct[..^1])} and {distinct[^1]}",
            _ => $"{string.Join(", ", distinct[..Told])} and {distinct.Count - Told} more",
        };
    }
}
