using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Testing;

/// <summary>A form with files, as a frontend sends it with <c>requestRemote</c> and <c>FormData</c>.</summary>
public sealed class UploadForm
{
    private readonly JsonObject _fields = [];

    /// <summary>Adds a field.</summary>
    /// <param name="name">Its name; each once.</param>
    /// <param name="value">Its value.</param>
    public UploadForm Add(string name, string value)
    {
        _fields[Free(name)] = value;
        return this;
    }

    /// <summary>Adds a file.</summary>
    /// <param name="name">The field's name; each once.</param>
    /// <param name="content">The file's bytes.</param>
    /// <param name="fileName">The file's name.</param>
    /// <param name="contentType">The file's type.</param>
    public UploadForm AddFile(string name, byte[] content, string fileName, string contentType = "application/octet-stream")
    {
        _fields[Free(name)] = $"data:{contentType};base64,{Convert.ToBase64String(content)}";
        _fields[$"__{name}Name"] = fileName;
        _fields[$"__{name}Type"] = contentType;
        return this;
    }

    /// <summary>As <c>@forge/bridge</c> packs it.</summary>
    internal JsonElement Packed() => JsonSerializer.SerializeToElement(_fields);

    private string Free(string name) => !_fields.ContainsKey(name)
        ? name
        : throw new ForgeTestException($"The form has a field \"{name}\" already: the bridge packs each name once.");
}
