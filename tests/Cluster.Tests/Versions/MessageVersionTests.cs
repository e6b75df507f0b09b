using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Conformance;
using ForgeOrleans.Documents;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>Messages of a newer and of an older version are read by this one.</summary>
public sealed class MessageVersionTests
{
    private const string Later = "AddedLater";

    public static TheoryData<string> Names => [.. Messages.Types.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_as_it_was_published_is_read_whole(string name)
    {
        var sample = Sample(name);
        var published = JsonNode.Parse(Published.Read($"v1/{name}.json", () => JsonSerializer.Serialize(sample, sample.GetType(), Messages.Json)))!;

        var read = published.Deserialize(sample.GetType(), Messages.Json)!;

        // To all that was published, and to what it was when it was written.
        ShouldHold(Write(read), published, "");
        JsonNode.DeepEquals(Write(read), Write(sample)).ShouldBeTrue($"{Write(read)} is not {Write(sample)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Members_of_a_newer_version_cost_none_of_the_known_ones(string name)
    {
        var sample = Sample(name);
        var newer = Write(sample);
        Extend(newer);

        var read = Write(newer.Deserialize(sample.GetType(), Messages.Json)!);

        ShouldHold(read, Write(sample), "");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Members_that_an_older_version_does_not_write_have_their_defaults(string name)
    {
        var sample = Sample(name);
        if (Write(sample) is not JsonObject)
            return;
        foreach (var member in Messages.InfoOf(sample.GetType()).Properties.Where(member => !member.IsRequired && !member.IsExtensionData))
        {
            var older = (JsonObject)Write(sample);
            older.Remove(member.Name).ShouldBeTrue();
            var read = older.Deserialize(sample.GetType(), Messages.Json)!;
            if (member.AssociatedParameter is { HasDefaultValue: true } parameter)
                member.Get!(read).ShouldBe(
                    parameter.DefaultValue ?? (Nullable.GetUnderlyingType(member.PropertyType) is null && member.PropertyType.IsValueType ? Activator.CreateInstance(member.PropertyType) : null),
                    member.Name);
            var rest = (JsonObject)Write(sample);
            rest.Remove(member.Name);
            ShouldHold(Write(read), rest, "");
        }
    }

    [Fact]
    public void The_defaults_of_optional_members_are_those_of_the_first_version()
    {
        var changes = Read<DocumentChanges>("""{"Changes":[]}""");
        (changes.IsRepetition, changes.Work).ShouldBe((false, null));
        Read<DocumentCommit>("""{"Version":7,"Deleted":1}""").ShouldBe(new(7, 1, null, Work: 0));
        Read<ForgeOrleans.Installations.IndexQuery>("{}").ShouldBe(new(null, null, 100));
        Read<ForgeOrleans.Installations.InstallationFacts>("""{"InstallationId":"i","AppId":"a"}""").Contexts.ShouldBeEmpty();
        var request = Read<ForgeOrleans.Installations.AdmissionRequest>("""{"Facts":{"InstallationId":"i","AppId":"a"}}""");
        (request.System, request.Principal, request.User).ShouldBe((null, null, null));
    }

    [Theory]
    [InlineData("""[1772442000123,"YS5iLmM=",7]""")]
    [InlineData("""[1772442000123,"YS5iLmM=","text",{"a":[1,{"b":[]}]},[[2],[]],null]""")]
    public void A_token_is_read_though_a_newer_version_has_appended_to_it(string json)
    {
        var token = Read<AccessToken>(json);
        token.Text().ShouldBe("a.b.c");
        token.ExpiresAt.ShouldBe(Samples.Issued);
        // What stands behind it is not swallowed.
        Read<Parcel>($$"""{"Token":{{json}},"Text":"behind"}""").Text.ShouldBe("behind");
    }

    [Theory]
    [InlineData("\"YS5iLmM=\"")]
    [InlineData("{}")]
    [InlineData("[\"YS5iLmM=\",1772442000123]")]
    [InlineData("[1772442000123]")]
    public void What_is_no_token_is_refused(string json) =>
        Should.Throw<Exception>(() => Read<AccessToken>(json)).ShouldBeAssignableTo<Exception>()!.Message.ShouldNotContain("YS5iLmM=");

    [Fact]
    public void Every_message_has_a_sample() =>
        Messages.Types.Where(type => !Samples.All.ContainsKey(type)).ShouldBeEmpty("add one to Samples");

    private static object Sample(string name) => Samples.All.Single(sample => sample.Key.Name == name).Value;

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Messages.Json)!;

    private static JsonNode Write(object message) => JsonSerializer.SerializeToNode(message, message.GetType(), Messages.Json)!;

    // Puts members into every object that no version knows yet, in front and behind, and appends to every token.
    private static void Extend(JsonNode node)
    {
        if (node is JsonObject members)
        {
            foreach (var (_, value) in members.ToArray())
                if (value is JsonObject or JsonArray)
                    Extend(value);
            members.Insert(0, Later, JsonNode.Parse("""{"a":[1,{"b":null}]}"""));
            members.Add(Later + "Too", "text");
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
                if (item is not null)
                    Extend(item);
            if (list is [JsonValue, JsonValue])
                list.Add(JsonNode.Parse("""{"a":[1]}"""));
        }
    }

    private static void ShouldHold(JsonNode? whole, JsonNode? part, string path)
    {
        if (part is JsonObject members)
        {
            foreach (var (name, value) in members)
                ShouldHold(whole.ShouldBeOfType<JsonObject>(path)[name], value, $"{path}/{name}");
        }
        else if (part is JsonArray list && whole is JsonArray read && read.Count == list.Count)
        {
            for (var i = 0; i < list.Count; i++)
                ShouldHold(read[i], list[i], $"{path}/{i}");
        }
        else
        {
            JsonNode.DeepEquals(whole, part).ShouldBeTrue($"{path} is {whole?.ToJsonString() ?? "null"} and not {part?.ToJsonString() ?? "null"}");
        }
    }
}
