using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>What the platform takes (contract section 6). It is checked before anything is sent.</summary>
public static partial class StorageLimits
{
    /// <summary>How many characters a key may have.</summary>
    public const int LongestKey = 500;

    /// <summary>How many bytes of JSON a value may have: 240 KiB.</summary>
    public const int LargestValue = 240 * 1024;

    /// <summary>How many bytes of JSON a secret may have: 128 KiB.</summary>
    public const int LargestSecret = 128 * 1024;

    /// <summary>How many objects and arrays of a value may lie inside one another.</summary>
    public const int DeepestValue = 31;

    /// <summary>How many entries a page of a query may have.</summary>
    public const int LargestPage = 100;

    /// <summary>How many operations a batch or a transaction may have.</summary>
    public const int MostOperations = 25;

    /// <summary>How many bytes of JSON a batch or a transaction may have: 4 MB.</summary>
    public const int LargestRequest = 4 * 1024 * 1024;

    private const int ShortestEntityName = 3;
    private const int LongestEntityName = 60;

    // What \s is in JavaScript, whose pattern it is; in .NET it is something else.
    private const string Spaces = "\t\v\f \u00a0\ufeff\n\r\u2028\u2029\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000";

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:._-#" + Spaces);

    private static readonly SearchValues<char> SpaceCharacters = SearchValues.Create(Spaces);

    /// <summary>How long a value may be kept that expires: a year.</summary>
    public static TimeSpan LongestTimeToLive { get; } = TimeSpan.FromDays(365);

    internal static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > LongestKey)
            throw new ForgeStorageLimitException(
                key.Length == 0 ? StorageErrors.KeyTooShort : StorageErrors.KeyTooLong,
                $"A key of Forge storage has 1 to {LongestKey} characters; this one has {key.Length}. Use a shorter one, such as a hash of it.");
        if (key.AsSpan().ContainsAnyExcept(KeyCharacters) || !key.AsSpan().ContainsAnyExcept(SpaceCharacters))
            throw new ForgeStorageLimitException(
                StorageErrors.InvalidKey,
                $"'{key}' cannot be a key of Forge storage: use letters (a-z, A-Z), digits, ':', '.', '_', '-', '#' and spaces, and not spaces alone.");
    }

    internal static void CheckEntityName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is < ShortestEntityName or > LongestEntityName || !EntityName().IsMatch(name))
            throw new ForgeStorageLimitException(
                StorageErrors.InvalidEntity,
                $"'{name}' cannot name an entity of Forge storage: it has {ShortestEntityName} to {LongestEntityName} characters of a-z, 0-9, ':', '-', '_' and "
                + "single '.', and begins with a letter, a digit or ':'. Use the name that the manifest has below app.storage.entities.");
    }

    internal static void CheckPageSize(int size)
    {
        if (size is < 1 or > LargestPage)
            throw new ForgeStorageLimitException(
                StorageErrors.PageLimit, $"A page of Forge storage has 1 to {LargestPage} entries, not {size}. Read several pages: QueryAsync does so by itself.");
    }

    internal static void CheckOperations(int count, string of)
    {
        if (count is < 1 or > MostOperations)
            throw new ForgeStorageLimitException(
                StorageErrors.Operations, $"{of} of Forge storage has 1 to {MostOperations} operations; this one has {count}. Split it into several.");
    }

    internal static void CheckRequest(int bytes, string of)
    {
        if (bytes > LargestRequest)
            throw new ForgeStorageLimitException(
                StorageErrors.MaxSize,
                $"{of} of Forge storage has at most {LargestRequest:N0} bytes of JSON; this one has {bytes:N0}. Split it into several.");
    }

    internal static void CheckValue(ReadOnlySpan<byte> json, int most, bool isEntity)
    {
        if (json.SequenceEqual("null"u8))
            throw new ForgeStorageLimitException(StorageErrors.BadRequest, "Forge storage keeps no null. Delete the key instead.");
        if (isEntity && json[0] != '{')
            throw new ForgeStorageLimitException(
                StorageErrors.InvalidEntityValue, "An entity of Forge storage is an object with the attributes that the manifest declares. Store other values without an entity.");
        var size = Size(json);
        if (size > most)
            throw new ForgeStorageLimitException(
                StorageErrors.MaxSize,
                $"This value has {size:N0} bytes of JSON; Forge storage takes {most:N0}. Spread it over several keys, or keep it in SiteState.");
        var depth = Depth(json);
        if (depth > DeepestValue)
            throw new ForgeStorageLimitException(
                StorageErrors.MaxDepth,
                $"This value has {depth} objects and arrays inside one another; Forge storage takes {DeepestValue}. Store a deep part as a text of JSON.");
    }

    internal static void CheckTimeToLive(TimeSpan timeToLive)
    {
        if (timeToLive <= TimeSpan.Zero || timeToLive > LongestTimeToLive)
            throw new ForgeStorageLimitException(
                StorageErrors.TimeToLive, $"A value of Forge storage is kept for more than nothing and at most {LongestTimeToLive.TotalDays:0} days, not {timeToLive}.");
    }

    // As JSON.stringify would write it: .NET escapes what need not be escaped, and the platform counts what it has read.
    private static int Size(ReadOnlySpan<byte> json)
    {
        var size = json.Length;
        for (var i = 0; (i = Next(json, i)) < json.Length;)
        {
            if (json[i + 1] != 'u')
            {
                i += 2;
                continue;
            }
            var code = int.Parse(json.Slice(i + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var isPair = char.IsHighSurrogate((char)code) && json[(i + 6)..].StartsWith("\\u"u8);
            size -= code switch
            {
                < 0x20 => 0,
                '"' or '\\' => 4,
                < 0x80 => 5,
                < 0x800 => 4,
                _ when isPair => 8,
                _ when char.IsSurrogate((char)code) => 0,
                _ => 3,
            };
            i += isPair ? 12 : 6;
        }
        return size;

        static int Next(ReadOnlySpan<byte> json, int from) => json[from..].IndexOf((byte)'\\') is >= 0 and var next ? from + next : json.Length;
    }

    private static int Depth(ReadOnlySpan<byte> json)
    {
        var deepest = 0;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                deepest = Math.Max(deepest, reader.CurrentDepth + 1);
        return deepest;
    }

    [GeneratedRegex(@"^(?![_.\-])(?!.*\.\.)[a-z0-9:\-_.]*(?<!\.)\z", RegexOptions.CultureInvariant)]
    private static partial Regex EntityName();
}
