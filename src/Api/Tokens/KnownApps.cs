using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Api.Tokens;

/// <summary>What one value of the claim <c>app</c> says. It is the same in every call that one module of one site makes, until something changes.</summary>
internal sealed record KnownApp(InstallationFacts Facts, ForgeModule Module, bool IsStaging)
{
    /// <summary>When it was last seen, as a timestamp of the clock.</summary>
    public long LastSeen { get; set; }
}

/// <summary>
/// Remembers what values of the claim <c>app</c> say, by their bytes, so that they are read once and not with every call. Only values of
/// tokens that verified are remembered: nobody else can fill the memory. One that was quiet for long is forgotten.
/// </summary>
internal sealed class KnownApps : IDisposable
{
    private const int Most = 250_000;

    private readonly ConcurrentDictionary<byte[], KnownApp> _known = new(ByteComparer.Instance);
    private readonly ConcurrentDictionary<byte[], KnownApp>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;

    public KnownApps(TimeProvider clock)
    {
        _clock = clock;
        _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();
        _sweep = clock.CreateTimer(_ => ForgetTheQuiet(), null, Admissions.ForgottenAfter / 2, Admissions.ForgottenAfter / 2);
    }

    public KnownApp? Find(ReadOnlySpan<byte> claim)
    {
        if (!_lookup.TryGetValue(claim, out var known))
            return null;
        known.LastSeen = _clock.GetTimestamp();
        return known;
    }

    public void Remember(ReadOnlySpan<byte> claim, KnownApp known)
    {
        known.LastSeen = _clock.GetTimestamp();
        // Should the claim ever differ with every call, forgetting it costs only that it is read again.
        if (_known.Count < Most)
            _lookup.TryAdd(claim, known);
    }

    public void Dispose() => _sweep.Dispose();

    private void ForgetTheQuiet()
    {
        foreach (var (claim, known) in _known)
            if (_clock.GetElapsedTime(known.LastSeen) > Admissions.ForgottenAfter)
                _known.TryRemove(new(claim, known));
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static ByteComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
