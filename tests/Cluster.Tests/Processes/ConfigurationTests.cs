using ForgeOrleans.Api.Tests.Remotes;
using Npgsql;
using Xunit.Abstractions;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>A process that cannot start as it is configured says why, in a sentence.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ConfigurationTests(SharedProcesses shared, ITestOutputHelper output)
{
    private const string Secret = "S3cr3t-and-wr0ng";
    private const string Somewhere = $"Host=127.0.0.1;Username=forge;Database=forge;Password={Secret}";

    [Theory]
    [InlineData("Forge:Cluster:Provider", "Forge__Cluster__Provider=")]
    [InlineData("Forge:Cluster:Provider", "Forge__Cluster__Provider=Oracle")]
    [InlineData("Forge:Cluster:ConnectionString", "Forge__Cluster__ConnectionString=")]
    [InlineData("Forge:Cluster:ConnectionString", $"Forge__Cluster__ConnectionString=Host=db;Passw0rd={Secret}")]
    [InlineData("Forge:Cluster:ConnectionString", $"Forge__Cluster__ConnectionString=postgres://forge:{Secret}@db/forge")]
    [InlineData("Forge:Role", "Forge__Role=Worker")]
    [InlineData("Forge:Role", "Forge__Role=7")]
    [InlineData("Forge:Cluster:GatewayPort", "Forge__Cluster__SiloPort=12000", "Forge__Cluster__GatewayPort=12000")]
    [InlineData("Forge:Cluster:SiloPort", "Forge__Cluster__SiloPort=70000")]
    [InlineData("Forge:Cluster:SiloPort", "Forge__Cluster__SiloPort=many")]
    [InlineData("Forge:Cluster:AdvertisedAddress", "Forge__Cluster__AdvertisedAddress=silo-1")]
    [InlineData("Forge:Cluster:Tls", "Forge__Cluster__Tls__CertificatePath=silo.pem")]
    [InlineData("Forge:Cluster:Tls", "Forge__Cluster__Tls__CertificatePath=/no/silo.pem", "Forge__Cluster__Tls__KeyPath=/no/silo.key", "Forge__Cluster__Tls__AuthorityPath=/no/ca.pem")]
    public async Task A_start_is_refused_by_the_name_of_the_setting(string key, params string[] settings)
    {
        var refusal = await RefusalAsync(Somewhere, [.. settings.Select(setting => setting.Split('=', 2)).Select(pair => (pair[0], (string?)pair[1]))]);
        refusal.ShouldContain(key);
    }

    [ProcessFact]
    public async Task A_wrong_password_is_named_as_such_and_not_printed()
    {
        var right = await shared.Server.CreateDatabaseAsync();
        foreach (var role in (string[])["Silo", "ApiAndSilo"])
            (await RefusalAsync(new NpgsqlConnectionStringBuilder(right) { Password = Secret }.ToString(), ("Forge__Role", role))).ShouldContain("password");
    }

    [ProcessFact]
    public async Task A_database_of_a_newer_version_is_left_alone()
    {
        var newer = await shared.Server.CreateDatabaseAsync();
        await using (var dataSource = NpgsqlDataSource.Create(newer))
        await using (var command = dataSource.CreateCommand("CREATE TABLE forge_schema (version integer NOT NULL); INSERT INTO forge_schema VALUES (99)"))
            await command.ExecuteNonQueryAsync();
        (await RefusalAsync(newer)).ShouldContain("newer version");
    }

    private async Task<string> RefusalAsync(string connectionString, params (string Key, string? Value)[] with)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Forge__Apps__0__Id"] = Fit.AppId,
            ["Forge__Cluster__Provider"] = "PostgreSQL",
            ["Forge__Cluster__ConnectionString"] = connectionString,
            ["Forge__Cluster__AdvertisedAddress"] = "127.0.0.1",
        };
        foreach (var (key, value) in with)
            settings[key] = value;
        await using var process = new ClusterProcess(null, settings);
        (await process.ExitCodeAsync()).ShouldNotBe(0, process.Output);
        output.WriteLine(process.Output);
        process.Output.ShouldNotContain(Secret);
        process.Output.ShouldNotContain("   at ", customMessage: "a sentence, no stack trace");
        return process.Output;
    }
}
