using System.Text;
using ForgeOrleans.Conformance;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode.Tests.Storage;

/// <summary>What of a token is on the disk, and for how long.</summary>
public sealed class TokensAtRestTests : NodeTests
{
    private const string TokenRows = "SELECT COUNT(*) FROM actor_row WHERE name GLOB 'token/*'";

    private readonly Site _site = new();

    [Fact]
    public async Task No_file_holds_a_token_in_the_clear()
    {
        string[] tokens = [TestTokens.Until(Node.Clock.GetUtcNow().AddHours(2)), TestTokens.Opaque()];
        await Node.AdmitAsync(_site, tokens[0], "an-account-id", tokens[1]);

        Search();
        await DisposeAsync();
        Search();

        void Search()
        {
            Holds("an-account-id").ShouldBeTrue("the search must find what is there");
            foreach (var token in tokens)
            {
                Holds(token).ShouldBeFalse();
                Holds(token.Substring(token.Length / 2, 24)).ShouldBeFalse();
            }
        }

        bool Holds(string text) => Directory.EnumerateFiles(DataPath, "*", SearchOption.AllDirectories).Any(file =>
            Path.GetFileName(file) != "lock" && Bytes(file) is var bytes && (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0
                || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)) >= 0
                || bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=')[..^1])) >= 0));
    }

    [Fact]
    public async Task A_token_whose_key_is_lost_counts_as_absent_until_another_comes()
    {
        var token = TestTokens.Opaque();
        await Node.AdmitAsync(_site, token, "user", token);
        await RestartAsync(() => Array.ForEach(Directory.GetFiles(Path.Combine(DataPath, "keys")), File.Delete));

        (await Node.TokenAsync(_site)).ShouldBeNull();
        (await Node.TokenAsync(_site, "user")).ShouldBeNull();

        var warning = Node.Log.At(LogLevel.Warning).First(text => text.Contains(_site.Id, StringComparison.Ordinal));
        warning.ShouldContain("cannot be decrypted");
        Node.Log.Text.ShouldNotContain(token);

        var another = TestTokens.Opaque();
        await Node.AdmitAsync(_site, another, "user", another);
        await RestartAsync();
        (await Node.TokenAsync(_site)).ShouldBe(another);
        (await Node.TokenAsync(_site, "user")).ShouldBe(another);
    }

    [Fact]
    public async Task A_token_whose_bytes_were_changed_counts_as_absent_and_is_not_printed()
    {
        await Node.AdmitAsync(_site, TestTokens.Opaque());
        var stored = "";
        await RestartAsync(() =>
        {
            var json = Encoding.UTF8.GetString((byte[])Database.Scalar("SELECT value FROM actor_row WHERE name = 'token/system'")!);
            stored = json[(json.IndexOf("\"protected\":\"", StringComparison.Ordinal) + 13)..json.LastIndexOf('"')];
            var changed = Convert.FromBase64String(stored.Replace("\\u002B", "+", StringComparison.Ordinal));
            changed[^1] ^= 1;
            var value = json.Replace(stored, Convert.ToBase64String(changed), StringComparison.Ordinal);
            Database.Execute("UPDATE actor_row SET value = $value WHERE name = 'token/system'", ("$value", Encoding.UTF8.GetBytes(value))).ShouldBe(1);
            Database.Dispose();
        });

        (await Node.TokenAsync(_site)).ShouldBeNull();
        Node.Log.At(LogLevel.Warning).ShouldContain(text => text.Contains(_site.Id, StringComparison.Ordinal));
        Node.Log.Text.ShouldNotContain(stored[10..30]);
    }

    [Fact]
    public async Task Another_installation_s_token_is_of_no_use_in_an_installation_s_rows()
    {
        var other = new Site();
        await Node.AdmitAsync(_site, TestTokens.Opaque(), "user", TestTokens.Opaque());
        await Node.AdmitAsync(other, TestTokens.Opaque(), "user", TestTokens.Opaque());
        await RestartAsync(() =>
        {
            // Exchanges all tokens of the two.
            Database.Execute(
                """
                CREATE TEMP TABLE pair AS SELECT MIN(id) AS one, MAX(id) AS other FROM actor WHERE kind = 'installation';
                CREATE TEMP TABLE moved AS SELECT one + other - actor AS actor, name, value FROM actor_row, pair WHERE name GLOB 'token/*';
                REPLACE INTO actor_row SELECT actor, name, value FROM moved;
                """);
            Database.Count(TokenRows).ShouldBe(4);
            Database.Dispose();
        });

        foreach (var site in new[] { _site, other })
        {
            (await Node.TokenAsync(site)).ShouldBeNull();
            (await Node.TokenAsync(site, "user")).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Tokens_that_have_expired_are_deleted_from_the_disk()
    {
        await Node.AdmitAsync(_site, TestTokens.Opaque(), "user", TestTokens.Opaque());
        Database.Count(TokenRows).ShouldBe(2);

        Node.Clock.Advance(TimeSpan.FromHours(4.5));

        await Eventually.BecomesTrueAsync(() => Database.Count(TokenRows) == 0, "swept");
        await Eventually.BecomesTrueAsync(() => Database.Count("SELECT COUNT(*) FROM alarm") == 0, "no alarm is left");
    }

    [Fact]
    public async Task Tokens_that_expired_while_nothing_ran_are_deleted_after_the_start()
    {
        await Node.AdmitAsync(_site, TestTokens.Opaque(), "user", TestTokens.Opaque());

        await RestartAsync(() => Node.Clock.Advance(TimeSpan.FromDays(1)));

        await Eventually.BecomesTrueAsync(() => Database.Count(TokenRows) == 0, "swept");
    }

    [Fact]
    public async Task Tokens_that_cannot_be_decrypted_are_deleted_in_their_time()
    {
        await Node.AdmitAsync(_site, TestTokens.Opaque(), "user", TestTokens.Opaque());
        await RestartAsync(() => Array.ForEach(Directory.GetFiles(Path.Combine(DataPath, "keys")), File.Delete));

        Node.Clock.Advance(TimeSpan.FromHours(4.5));

        await Eventually.BecomesTrueAsync(() => Database.Count(TokenRows) == 0, "swept");
    }

    [Fact]
    public async Task A_token_that_is_still_good_survives_the_sweep_and_goes_in_the_next()
    {
        await Node.AdmitAsync(_site, TestTokens.Opaque(), "user", TestTokens.Opaque());
        Node.Clock.Advance(TimeSpan.FromHours(2));
        var lasting = TestTokens.Until(Node.Clock.GetUtcNow().AddHours(4));
        await Node.AdmitAsync(_site, lasting);
        Node.Clock.Advance(TimeSpan.FromHours(2.2));

        await Eventually.BecomesTrueAsync(() => Database.Count(TokenRows) == 1, "the user's is swept");
        (await Node.TokenAsync(_site)).ShouldBe(lasting);

        await Eventually.BecomesTrueAsync(() => Database.Count("SELECT COUNT(*) FROM alarm WHERE due > $now",
            ("$now", Node.Clock.GetUtcNow().ToUnixTimeMilliseconds())) == 1, "the next sweep is set");
        Node.Clock.Advance(TimeSpan.FromHours(5));
        await Eventually.BecomesTrueAsync(() => Database.Count(TokenRows) == 0, "swept");
    }

    [Fact]
    public async Task Tokens_that_keep_coming_do_not_put_the_sweep_off()
    {
        await Node.AdmitAsync(_site, accountId: "gone", user: TestTokens.Opaque());
        // Rare enough for the actor to leave memory in between.
        for (var hour = 0; hour < 9; hour++)
        {
            Node.Clock.Advance(TimeSpan.FromMinutes(30));
            await Node.AdmitAsync(_site, accountId: "present", user: TestTokens.Until(Node.Clock.GetUtcNow().AddHours(3)));
        }

        await Eventually.BecomesTrueAsync(() => Database.Count("SELECT COUNT(*) FROM actor_row WHERE name = 'token/user/gone'") == 0, "swept");
        (await Node.TokenAsync(_site, "present")).ShouldNotBeNull();
    }

    private static byte[] Bytes(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
