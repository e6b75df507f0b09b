using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ForgeOrleans.Api.WebTriggers;

/// <summary>The request of a web trigger's caller as JSON (contract section 1). Members that are not known are not looked at.</summary>
internal sealed record WebTriggerEnvelope
{
    private const int MostValues = 1_000;
    private const int LongestMethod = 32;
    private const int LongestPath = 32 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1_000 };

    private static readonly string[] Members = ["method", "path", "userPath", "headers", "queryParameters", "body"];

    public string Method { get; private set; } = "";

    public string Path { get; private set; } = "";

    public string UserPath { get; private set; } = "";

    public Dictionary<string, StringValues> Headers { get; private set; } = [];

    public Dictionary<string, StringValues> Query { get; private set; } = new(StringComparer.OrdinalIgnoreCase);

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Whether it is JSON with the members that tell an envelope from other JSON, of whatever type they are.</summary>
    public static bool IsOne(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        var (method, path, ofForge) = (false, false, false);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                method |= reader.ValueTextEquals("method"u8);
                path |= reader.ValueTextEquals("path"u8);
                ofForge |= reader.ValueTextEquals("userPath"u8) || reader.ValueTextEquals("queryParameters"u8);
                reader.Skip();
            }
            return method && path && ofForge && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads an envelope.</summary>
    /// <exception cref="ForgeException">It is none that the contract knows: 400.</exception>
    public static WebTriggerEnvelope Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return ReadMembers(json);
        }
        // The second: text that is no Unicode.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "A web trigger's envelope is a JSON object, and this is none that can be read.", e);
        }
    }

    private static WebTriggerEnvelope ReadMembers(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        var envelope = new WebTriggerEnvelope();
        var seen = new HashSet<string>(Members.Length, StringComparer.Ordinal);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = Member(ref reader);
            reader.Read();
            if (member is null)
                reader.Skip();
            else if (!seen.Add(member))
                throw Bad(member, "comes once");
            // Those that are needed are looked for below.
            else if (reader.TokenType != JsonTokenType.Null)
                envelope.Take(member, ref reader);
        }
        reader.Read();
        if (envelope.Method.Length == 0)
            throw Bad("method", "is the name of the caller's method, such as \"GET\"");
        if (envelope.Path.Length == 0)
            throw Bad("path", "is the path that the caller asked for");
        return envelope;
    }

    private static string? Member(ref Utf8JsonReader reader)
    {
        foreach (var member in Members)
            if (reader.ValueTextEquals(member))
                return member;
        return null;
    }

    private void Take(string member, ref Utf8JsonReader reader)
    {
        switch (member)
        {
            case "method":
                var method = Text(member, LongestMethod, ref reader);
                if (!method.All(char.IsAsciiLetter))
                    throw Bad(member, "is the name of the caller's method, such as \"GET\"");
                Method = HttpMethods.GetCanonicalizedValue(method);
                break;
            case "path":
                Path = Text(member, LongestPath, ref reader);
                break;
            case "userPath":
                UserPath = Text(member, LongestPath, ref reader);
                break;
            case "headers":
                Headers = Values(member, ref reader);
                if (Headers.Any(header => !IsHeader(header.Key, header.Value)))
                    throw Bad(member, "has only names and values that HTTP allows");
                break;
            case "queryParameters":
                Query = Values(member, ref reader);
                break;
            default:
                if (reader.TokenType != JsonTokenType.String)
                    throw Bad(member, "is a string");
                var bytes = new byte[reader.ValueSpan.Length];
                Body = bytes.AsMemory(0, reader.CopyString(bytes));
                break;
        }
    }

    private static bool IsHeader(string name, StringValues values) =>
        WebTriggerResponse.IsHeader(name, default) && values.All(value => value!.AsSpan().IndexOfAny('\r', '\n', '\0') < 0);

    private static string Text(string member, int longest, ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { } text && text.Length <= longest
            ? text
            : throw Bad(member, $"is a string of at most {longest} characters");

    private static Dictionary<string, StringValues> Values(string member, ref Utf8JsonReader reader)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        var count = 0;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Bad(member, "is an object that has an array of strings for every name");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw Bad(member, "is an object that has an array of strings for every name");
            var its = new List<string>(1);
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                its.Add(reader.GetString()!);
                if (++count > MostValues)
                    throw Bad(member, $"has at most {MostValues} values");
            }
            if (reader.TokenType != JsonTokenType.EndArray)
                throw Bad(member, "is an object that has an array of strings for every name");
            if (its.Count > 0)
                values[name] = StringValues.Concat(values.GetValueOrDefault(name), its.ToArray());
        }
        return values;
    }

    private static ForgeException Bad(string member, string rule) =>
        new(ForgeErrorCode.InvalidRequest, $"A web trigger's envelope has another form (contract section 1): its member '{member}' {rule}.");
}
