using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// Makes a form again of what <c>@forge/bridge</c> packed for its journey: a JSON object in which a file is a data URL, with its name
/// and type beside it as <c>__&lt;field&gt;Name</c> and <c>__&lt;field&gt;Type</c>. Written by hand, to be what a browser writes.
/// </summary>
internal static class MultipartForm
{
    public static ByteArrayContent Rebuild(string packed)
    {
        using var form = Parse(packed);
        var boundary = $"----ForgeEmulatorFormBoundary{Guid.NewGuid():N}";
        using var body = new MemoryStream();
        foreach (var field in form.RootElement.EnumerateObject())
        {
            if (!IsDescription(form.RootElement, field.Name))
            {
                Write($"--{boundary}\r\n");
                WriteField(field.Name, field.Value);
                Write("\r\n");
            }
        }

        Write($"--{boundary}--\r\n");
        var content = new ByteArrayContent(body.ToArray());
        content.Headers.TryAddWithoutValidation("content-type", $"multipart/form-data; boundary={boundary}");
        return content;

        void WriteField(string name, JsonElement value)
        {
            if (form.RootElement.Text($"__{name}Name") is not { } fileName)
            {
                Write($"Content-Disposition: form-data; name=\"{Escaped(name)}\"\r\n\r\n{value}");
                return;
            }

            var type = form.RootElement.Text($"__{name}Type") is { Length: > 0 } given ? given : "application/octet-stream";
            Write($"Content-Disposition: form-data; name=\"{Escaped(name)}\"; filename=\"{Escaped(fileName)}\"\r\n");
            Write($"Content-Type: {OneLine(type)}\r\n\r\n");
            body.Write(FileOf(name, value.ToString()));
        }

        void Write(string text) => body.Write(Encoding.UTF8.GetBytes(text));
    }

    private static JsonDocument Parse(string packed)
    {
        try
        {
            return JsonDocument.Parse(packed) is { RootElement.ValueKind: JsonValueKind.Object } form ? form : throw new JsonException();
        }
        catch (JsonException)
        {
            throw CallRefusedException.Rejection("The body of a multipart fetchRemote is no JSON object of the form's fields.");
        }
    }

    /// <summary>Whether a field only tells the name or type of the file in another.</summary>
    private static bool IsDescription(JsonElement form, string name) =>
        name.StartsWith("__", StringComparison.Ordinal)
        && (name.EndsWith("Name", StringComparison.Ordinal) || name.EndsWith("Type", StringComparison.Ordinal))
        && form.TryGetProperty(name[2..^4], out _);

    private static byte[] FileOf(string field, string dataUrl)
    {
        var comma = dataUrl.IndexOf(',', StringComparison.Ordinal);
        try
        {
            return Convert.FromBase64String(dataUrl[(comma + 1)..]);
        }
        catch (FormatException)
        {
            throw CallRefusedException.Rejection($"The file in the form's field \"{field}\" is no base64 data URL.");
        }
    }

    private static string Escaped(string text) => text
        .Replace("\n", "%0A", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\"", "%22", StringComparison.Ordinal);

    private static string OneLine(string text) => text.ReplaceLineEndings("");
}
