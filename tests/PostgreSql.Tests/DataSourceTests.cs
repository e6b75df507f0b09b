using Npgsql;

namespace ForgeOrleans.PostgreSql.Tests;

/// <summary>What a connection string becomes.</summary>
public sealed class DataSourceTests
{
    [Fact]
    public void Calls_never_hang_and_statements_are_prepared()
    {
        var settings = Settings("Host=db");
        settings.Timeout.ShouldBe(3);
        settings.CommandTimeout.ShouldBe(4);
        settings.KeepAlive.ShouldBe(30);
        settings.MaxAutoPrepare.ShouldBe(32);
        settings.ApplicationName.ShouldBe("ForgeOrleans");
        settings.Multiplexing.ShouldBeFalse();
    }

    [Fact]
    public void What_the_connection_string_says_stays()
    {
        var settings = Settings("Host=db;Timeout=15;Command Timeout=30;Keepalive=0;Max Auto Prepare=0;Application Name=mine");
        settings.Timeout.ShouldBe(15);
        settings.CommandTimeout.ShouldBe(30);
        settings.KeepAlive.ShouldBe(0);
        settings.MaxAutoPrepare.ShouldBe(0);
        settings.ApplicationName.ShouldBe("mine");
    }

    [Theory]
    [InlineData("Host=one,other")]
    [InlineData("Host=one:5433,other;Target Session Attributes=primary")]
    [InlineData("Host=one,other;Target Session Attributes=any;Load Balance Hosts=true")]
    public void Several_servers_may_be_named(string connectionString) => Settings(connectionString).CommandTimeout.ShouldBe(4);

    [Theory]
    [InlineData("")]
    [InlineData("Password=S3cr3t!")]
    [InlineData("Host=db;Passw0rd=S3cr3t!")]
    [InlineData("Host=db;Password=S3cr3t!;rest")]
    [InlineData("Host=db;Port=S3cr3t!")]
    [InlineData("postgres://forge:S3cr3t!@db/forge")]
    [InlineData("Host=db;Password='S3cr3t!")]
    [InlineData("Host=db;Timeout=-1;Password=S3cr3t!")]
    public void What_is_no_connection_string_is_refused_without_printing_it(string connectionString)
    {
        var refusal = Should.Throw<ForgeConfigurationException>(() => PostgreSqlDataSource.Create(connectionString));
        refusal.Message.ShouldContain("connection string");
        refusal.Message.ShouldNotContain("S3cr3t!");
        refusal.InnerException.ShouldBeNull();
    }

    private static NpgsqlConnectionStringBuilder Settings(string connectionString)
    {
        using var dataSource = PostgreSqlDataSource.Create(connectionString);
        return new(dataSource.ConnectionString);
    }
}
