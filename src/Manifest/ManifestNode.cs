using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ForgeOrleans.Manifest;

/// <summary>A place in the manifest that knows its line and its path, so that whatever is missing there can be told.</summary>
internal sealed class ManifestNode
{
    private readonly YamlNode _node;
    private readonly string _file;
    private readonly string _path;

    private ManifestNode(YamlNode node, string file, string path)
    {
        _node = node;
        _file = file;
        _path = path;
    }

    public int Line => (int)_node.Start.Line;

    public bool IsMapping => _node is YamlMappingNode;

    public bool IsSequence => _node is YamlSequenceNode;

    public static ManifestNode Parse(string text, string file)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException cause)
        {
            throw new ManifestException(file, (int)cause.Start.Line, $"this is not YAML: {cause.Message}", cause);
        }

        if (stream.Documents is not [{ RootNode: YamlMappingNode root }, ..])
        {
            throw new ManifestException(file, 1, "a manifest is a mapping that begins with \"app:\".");
        }

        return new ManifestNode(root, file, "");
    }

    /// <summary>The value below a name, or null where there is none.</summary>
    public ManifestNode? Find(string name) =>
        _node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(name), out var value) && !IsNull(value)
            ? new ManifestNode(value, _file, PathOf(name))
            : null;

    /// <summary>As <see cref="Find"/>, for what may only be a mapping.</summary>
    public ManifestNode? FindMapping(string name) => Find(name) is not { } node ? null
        : node.IsMapping ? node
        : throw node.Problem($"{node._path} is a mapping of names to values.");

    public ManifestNode RequireMapping(string name) => FindMapping(name) ?? throw Missing(name);

    /// <summary>Every name of a mapping with its value, in the order of the file.</summary>
    public IEnumerable<(string Name, ManifestNode Value)> Entries() => _node is YamlMappingNode mapping
        ? mapping.Children
            .Where(child => child.Key is YamlScalarNode)
            .Select(child => (((YamlScalarNode)child.Key).Value ?? "", new ManifestNode(child.Value, _file, PathOf(child.Key.ToString()))))
        : [];

    /// <summary>The items of a sequence.</summary>
    public IEnumerable<ManifestNode> Items() => _node is YamlSequenceNode sequence
        ? sequence.Children.Select((item, index) => new ManifestNode(item, _file, $"{_path}[{index}]"))
        : throw Problem($"{_path} is a list: each item begins with \"- \".");

    /// <summary>The items of the list of mappings below a name; none where there is no such list.</summary>
    public IEnumerable<ManifestNode> Mappings(string name) => Find(name)?.Items().Select(item => item.IsMapping
        ? item
        : throw item.Problem($"{item._path} is a mapping that begins with \"- key:\".")) ?? [];

    public string? FindText(string name) => Find(name)?.Text();

    public string RequireText(string name) => FindText(name) is { Length: > 0 } text ? text : throw Missing(name);

    public bool FindFlag(string name) => Find(name) is { } node
        && (bool.TryParse(node.Text(), out var flag) ? flag : throw node.Problem($"{node._path} is true or false."));

    public double? FindNumber(string name) => Find(name) is not { } node ? null
        : double.TryParse(node.Text(), CultureInfo.InvariantCulture, out var number) ? number
        : throw node.Problem($"{node._path} is a number.");

    public string Text() => _node is YamlScalarNode { Value: { } text } ? text : throw Problem($"{_path} is a text.");

    public ManifestException Problem(string problem) => new(_file, Line, problem);

    private ManifestException Missing(string name) => Problem($"\"{name}\" is missing{(_path is "" ? "" : $" from {_path}")}.");

    private string PathOf(string name) => _path is "" ? name : $"{_path}.{name}";

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}
