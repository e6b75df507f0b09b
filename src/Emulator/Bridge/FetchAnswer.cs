namespace ForgeOrleans.Emulator.Bridge;

/// <summary>What <c>callBridge('fetchRemote', …)</c> resolves with.</summary>
/// <param name="Body">The body; base64 for an attachment.</param>
/// <param name="Headers">The headers, by their names in lower case.</param>
/// <param name="Status">The status.</param>
/// <param name="StatusText">The status in words.</param>
/// <param name="IsAttachment">Whether the body is no text, or meant to be saved.</param>
internal sealed record FetchAnswer(
    string Body, IReadOnlyDictionary<string, string> Headers, int Status, string StatusText, bool IsAttachment);
