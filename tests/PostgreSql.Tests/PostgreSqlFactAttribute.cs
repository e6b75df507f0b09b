using ForgeOrleans.TestServers;

namespace ForgeOrleans.PostgreSql.Tests;

/// <summary>A test with a server: skipped on a machine that has none and cannot get one.</summary>
internal sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute() => Skip = PostgreSqlPrograms.Missing;
}

/// <summary>The same for a test of several cases.</summary>
internal sealed class PostgreSqlTheoryAttribute : TheoryAttribute
{
    public PostgreSqlTheoryAttribute() => Skip = PostgreSqlPrograms.Missing;
}
