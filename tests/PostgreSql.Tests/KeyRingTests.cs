using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.PostgreSql.Tests;

/// <summary>Encryption keys that several processes share.</summary>
public sealed class KeyRingTests(Database database) : DatabaseTests(database)
{
    [PostgreSqlFact]
    public async Task What_one_process_encrypts_another_decrypts_though_both_started_at_once()
    {
        await using var one = Process();
        await using var other = Process();
        var processes = new[] { one, other };
        var texts = await Task.WhenAll(processes.Select(process => Task.Run(() => Protector(process).Protect("secret"))));

        Protector(other).Unprotect(texts[0]).ShouldBe("secret");
        Protector(one).Unprotect(texts[1]).ShouldBe("secret");
        await using var later = Process();
        foreach (var text in texts)
            Protector(later).Unprotect(text).ShouldBe("secret");
        (await ScalarAsync<long>("SELECT count(*) FROM forge_key WHERE name LIKE 'key-%'")).ShouldBeInRange(1, 2);
    }

    [PostgreSqlFact]
    public void Keys_come_back_as_they_were()
    {
        var ring = new PostgreSqlKeyRing(DataSource);
        var before = ring.GetAllElements().Count;
        ring.StoreElement(new("note", new System.Xml.Linq.XAttribute("id", "1"), new System.Xml.Linq.XElement("value", " a\n<b> ü ")), "note-1");

        var element = ring.GetAllElements().Skip(before).ShouldHaveSingleItem();
        element.ToString().ShouldBe("<note id=\"1\">\n  <value> a\n&lt;b&gt; ü </value>\n</note>");
    }

    private static IDataProtector Protector(IServiceProvider process) => process.GetRequiredService<IDataProtectionProvider>().CreateProtector("tests");

    private ServiceProvider Process()
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("ForgeOrleans");
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = new PostgreSqlKeyRing(DataSource));
        return services.BuildServiceProvider();
    }
}
