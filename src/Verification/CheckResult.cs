using System.Text.Json.Serialization;

namespace ForgeOrleans.Verification;

/// <summary>How a check ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckOutcome>))]
public enum CheckOutcome
{
    /// <summary>The remote keeps this part of the contract.</summary>
    [JsonStringEnumMemberName("passed")]
    Passed,

    /// <summary>It does not.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It keeps the contract, and yet somebody should look at this.</summary>
    [JsonStringEnumMemberName("warned")]
    Warned,

    /// <summary>The check was not played.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,
}

/// <summary>What a check is about.</summary>
/// <param name="Id">Its stable name, such as <c>token-expired</c>.</param>
/// <param name="Group">The stable name of its group, such as <c>forged-tokens</c>.</param>
/// <param name="Title">What a good remote does, as a sentence.</param>
/// <param name="Section">The section of the contract that demands it.</param>
/// <param name="Cure">What to do about a remote that does not.</param>
public sealed record CheckDescription(string Id, string Group, string Title, ContractSection Section, string Cure);

/// <summary>How one check ended, and why.</summary>
/// <param name="Check">The check.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">What the remote did, in words; of a skipped check why it was skipped; null when there is nothing to say.</param>
/// <param name="Took">How long it took.</param>
public sealed record CheckResult(CheckDescription Check, CheckOutcome Outcome, string? Reason, TimeSpan Took);
