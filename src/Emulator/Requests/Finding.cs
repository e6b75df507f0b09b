using System.Text.Json.Serialization;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>Something that a remote did against the contract.</summary>
/// <param name="Severity">Whether it broke the contract.</param>
/// <param name="Message">A sentence: what was wrong, and what to do.</param>
/// <param name="Section">The number of the section of <c>docs/forge-contract.md</c> that says so.</param>
internal sealed record Finding(FindingSeverity Severity, string Message, string Section)
{
    public static Finding Error(string section, string message) => new(FindingSeverity.Error, message, section);

    public static Finding Warning(string section, string message) => new(FindingSeverity.Warning, message, section);
}

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingSeverity>))]
internal enum FindingSeverity
{
    /// <summary>Nothing is broken by it yet.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>The contract is broken.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}
