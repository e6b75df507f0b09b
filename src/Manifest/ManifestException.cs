namespace ForgeOrleans.Manifest;

/// <summary>A manifest is broken: the message is a sentence that names the file, the line, and what is wrong.</summary>
public sealed class ManifestException : Exception
{
    internal ManifestException(string file, int? line, string problem, Exception? cause = null)
        : base(line is null ? $"{file}: {problem}" : $"{file}, line {line}: {problem}", cause)
    {
        File = file;
        Line = line;
    }

    /// <summary>The file, as the caller named it.</summary>
    public string File { get; }

    /// <summary>The line, counted from one; null when the file as a whole is meant.</summary>
    public int? Line { get; }
}
