using System.Text;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.PostgreSql;

/// <summary>
/// Names of rows are stored as the bytes of their UTF-8: so they compare and sort as <see cref="IActorRows"/> demands, whatever the
/// database's collation, and any name can be stored.
/// </summary>
internal static class RowName
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">The name holds half a surrogate pair: it would come back as another name.</exception>
    public static byte[] ToBytes(string name) => Strict.GetBytes(name);

    public static string FromBytes(byte[] name) => Strict.GetString(name);

    /// <summary>The least name that a query may return.</summary>
    public static byte[] First(RowQuery query)
    {
        var prefix = ToBytes(query.Prefix);
        if (query.After is null)
            return prefix;
        var after = ToBytes(query.After);
        // The least name behind another is that name with a zero byte.
        return after.AsSpan().SequenceCompareTo(prefix) < 0 ? prefix : [.. after, 0];
    }

    /// <summary>Greater than all names with the query's prefix, and less than all others behind them: no UTF-8 has the byte 255.</summary>
    public static byte[] End(RowQuery query) => [.. ToBytes(query.Prefix), 255];
}
