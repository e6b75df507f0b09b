using ForgeOrleans.Hosting;
using Npgsql;

namespace ForgeOrleans.PostgreSql;

/// <summary>The state of a cluster's actors, in the tables that <see cref="PostgreSqlSchema"/> makes.</summary>
/// <param name="dataSource">The pool, as <see cref="PostgreSqlDataSource"/> makes it.</param>
public sealed class PostgreSqlActorStorage(NpgsqlDataSource dataSource) : IActorStorage
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The kind or the key holds U+0000 or half a surrogate pair, which PostgreSQL cannot store.</exception>
    public IActivationStorage Open(string kind, string key)
    {
        Refuse(kind, nameof(kind));
        Refuse(key, nameof(key));
        return new PostgreSqlActivation(dataSource, kind, key);
    }

    private static void Refuse(string text, string parameter)
    {
        RowName.ToBytes(text);
        if (text.Contains('\0'))
            throw new ArgumentException("PostgreSQL stores no text with U+0000 in it.", parameter);
    }
}
