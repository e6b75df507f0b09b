using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ForgeOrleans.Cluster.Tests.Silos;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>A silo of this version, and one that writes members into every message, and behind every token, that this version does not know.</summary>
public sealed class NextVersionCluster() : LiveCluster(2)
{
    private int _written;

    public InProcessSiloHandle This => Cluster.Silos.Single(silo => silo.Name == "Silo_0");

    public InProcessSiloHandle Next => Cluster.Silos.Single(silo => silo.Name == "Silo_1");

    /// <summary>How many members it has written that nobody else knows.</summary>
    public int Written => Volatile.Read(ref _written);

    protected override void Configure(InProcessTestClusterBuilder builder) => builder.ConfigureSiloHost((silo, host) =>
    {
        if (silo.SiloName == "Silo_1")
            host.Services.AddSingleton<IPostConfigureOptions<JsonCodecOptions>>(
                new PostConfigureOptions<JsonCodecOptions>(Options.DefaultName, json => json.SerializerOptions = Extend(json.SerializerOptions)));
    });

    private JsonSerializerOptions Extend(JsonSerializerOptions known)
    {
        var next = new JsonSerializerOptions(known) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddMember } } };
        var token = next.Converters.OfType<JsonConverter<AccessToken>>().Single();
        next.Converters.Remove(token);
        next.Converters.Add(new LongerToken(known));
        return next;
    }

    private void AddMember(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var member = type.CreateJsonPropertyInfo(typeof(int[]), "AddedLater");
        member.Get = _ =>
        {
            Interlocked.Increment(ref _written);
            return new[] { 1, 2 };
        };
        member.Set = (_, _) => { };
        type.Properties.Add(member);
    }

    private sealed class LongerToken(JsonSerializerOptions known) : JsonConverter<AccessToken>
    {
        public override AccessToken? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<AccessToken>(ref reader, known);

        public override void Write(Utf8JsonWriter writer, AccessToken value, JsonSerializerOptions options)
        {
            var array = JsonSerializer.SerializeToNode(value, known)!.AsArray();
            array.Add(new JsonObject { ["scopes"] = new JsonArray("read", "write") });
            array.WriteTo(writer);
        }
    }
}
