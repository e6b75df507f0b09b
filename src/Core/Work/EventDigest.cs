using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Work;

/// <summary>A digest of an event's content without its <c>retryContext</c>, whatever the order of members and however texts are escaped.</summary>
/// <remarks>The content is written out in one form and hashed at once: a call of the hash for every member costs more than all else.</remarks>
internal static class EventDigest
{
    /// <summary>The digest as 32 hexadecimal characters.</summary>
    public static string Of(JsonElement body)
    {
        var written = new ArrayBufferWriter<byte>(1024);
        Write(written, body, isEnvelope: true);
        return Convert.ToHexStringLower(SHA256.HashData(written.WrittenSpan).AsSpan(0, 16));
    }

    private static void Write(ArrayBufferWriter<byte> to, JsonElement value, bool isEnvelope = false)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                to.Write("{"u8);
                foreach (var member in InOrder(value))
                {
                    var name = IsPlain(member) ? JsonMarshal.GetRawUtf8PropertyName(member) : Encoding.UTF8.GetBytes(Name(member));
                    if (isEnvelope && name.SequenceEqual("retryContext"u8))
                        continue;
                    WriteText(to, name);
                    Write(to, member.Value, isEnvelope && name.SequenceEqual("payload"u8));
                }
                to.Write("}"u8);
                break;
            case JsonValueKind.Array:
                to.Write("["u8);
                foreach (var element in value.EnumerateArray())
                    Write(to, element);
                to.Write("]"u8);
                break;
            case JsonValueKind.String:
                to.Write("\""u8);
                WriteText(to, value);
                break;
            default:
                to.Write(JsonMarshal.GetRawUtf8Value(value));
                to.Write(","u8);
                break;
        }
    }

    private static JsonProperty[] InOrder(JsonElement json)
    {
        var members = new JsonProperty[json.GetPropertyCount()];
        var count = 0;
        foreach (var member in json.EnumerateObject())
            members[count++] = member;
        Array.Sort(members, static (one, other) => IsPlain(one) && IsPlain(other)
            ? JsonMarshal.GetRawUtf8PropertyName(one).SequenceCompareTo(JsonMarshal.GetRawUtf8PropertyName(other))
            : string.CompareOrdinal(Name(one), Name(other)));
        return members;
    }

    // Of such names the bytes have the order of the characters.
    private static bool IsPlain(JsonProperty member)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        return Ascii.IsValid(name) && !name.Contains((byte)'\\');
    }

    private static void WriteText(ArrayBufferWriter<byte> to, JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        if (!raw.Contains((byte)'\\'))
            WriteText(to, raw);
        else if (EventJson.Text(text) is { } unescaped)
            WriteText(to, unescaped);
        else
            WriteText(to, raw);
    }

    private static void WriteText(ArrayBufferWriter<byte> to, string text)
    {
        WriteLength(to, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, to);
    }

    private static void WriteText(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        WriteLength(to, text.Length);
        to.Write(text);
    }

    // Before each text, so that no two contents are written alike.
    private static void WriteLength(ArrayBufferWriter<byte> to, int length)
    {
        length.TryFormat(to.GetSpan(11), out var digits, default, CultureInfo.InvariantCulture);
        to.Advance(digits);
        to.Write(":"u8);
    }

    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member));
        }
    }
}
