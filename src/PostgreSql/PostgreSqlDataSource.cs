using Npgsql;

namespace ForgeOrleans.PostgreSql;

/// <summary>Makes the pool of connections that a process shares.</summary>
public static class PostgreSqlDataSource
{
    /// <summary>
    /// Makes a pool whose calls never hang and whose statements are prepared. What the connection string says itself stays as it is.
    /// Of several hosts the primary is used. Nothing is connected yet.
    /// </summary>
    /// <param name="connectionString">An Npgsql connection string. It is never printed: it may hold a password.</param>
    /// <exception cref="ForgeConfigurationException">It is no connection string, or names no server.</exception>
    public static NpgsqlDataSource Create(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(WithDefaults(connectionString));
        if (settings.Host?.Contains(',') is not true)
            return NpgsqlDataSource.Create(settings);
        settings.Remove("Target Session Attributes");
        return new NpgsqlDataSourceBuilder(settings.ToString()).BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
    }

    /// <summary>Completes a connection string as <see cref="Create"/> does, for a library that makes its connections itself.</summary>
    /// <param name="connectionString">An Npgsql connection string.</param>
    /// <exception cref="ForgeConfigurationException">It is no connection string, or names no server.</exception>
    public static string WithDefaults(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            Default(settings, "Timeout", 3);
            Default(settings, "Command Timeout", 4);
            Default(settings, "Keepalive", 30);
            Default(settings, "Max Auto Prepare", 32);
            Default(settings, "Application Name", "ForgeOrleans");
            // Of several servers only the primary takes writes, and only it has what was just written.
            if (settings.Host?.Contains(',') is true)
                settings["Target Session Attributes"] = "primary";
            if (string.IsNullOrWhiteSpace(settings.Host))
                throw new ArgumentException("No host is named.");
            return settings.ToString();
        }
        // Without the cause: it may quote what it could not read.
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException or NotSupportedException)
        {
            throw new ForgeConfigurationException(
                "the connection string of PostgreSQL cannot be used. It looks like 'Host=db.example.com;Database=forge;Username=forge;Password=…'; a value with a semicolon in it stands in quotes.");
        }
    }

    private static void Default(NpgsqlConnectionStringBuilder settings, string keyword, object value)
    {
        // ContainsKey tells of every keyword that there is.
        if (!settings.ShouldSerialize(keyword))
            settings[keyword] = value;
    }
}
