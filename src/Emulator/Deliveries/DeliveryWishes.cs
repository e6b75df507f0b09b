using System.Text.Json.Serialization;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>How something is to be delivered; everything is optional.</summary>
internal record DeliveryWishes
{
    private const double MostSeconds = 24 * 60 * 60;

    /// <summary>Whether it comes twice; null leaves it to chance.</summary>
    public bool? Duplicate { get; init; }

    /// <summary>Platform seconds until the first attempt.</summary>
    public double Delay { get; init; }

    /// <summary>Platform seconds of which a part, by chance, is added to the delay.</summary>
    public double? Reorder { get; init; }

    /// <summary>How often a failed delivery is tried again.</summary>
    public int? Retries { get; init; }

    public RetryContextPlace RetryContext { get; init; }

    public DeliveryFit? Fit { get; init; }

    /// <exception cref="CallRefusedException">Something is out of its range.</exception>
    public virtual void Check()
    {
        Refuse(Delay is not (>= 0 and <= MostSeconds), $"delay is from 0 to {MostSeconds} platform seconds.");
        Refuse(Reorder is not (null or (>= 0 and <= MostSeconds)), $"reorder is from 0 to {MostSeconds} platform seconds.");
        Refuse(Retries is not (null or (>= 0 and <= PlatformLimits.Retries)), $"retries is from 0 to {PlatformLimits.Retries}.");
    }

    protected static void Refuse(bool isWrong, string message)
    {
        if (isWrong)
        {
            throw new CallRefusedException(StatusCodes.Status400BadRequest, message);
        }
    }
}

/// <summary>Where a retried delivery's body has its <c>retryContext</c>: the contract (section 7) names two places.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RetryContextPlace>))]
internal enum RetryContextPlace
{
    /// <summary>At the top.</summary>
    Top,

    /// <summary>Under <c>payload</c>.</summary>
    Payload,
}

/// <summary>What to change of the tokens of a delivery.</summary>
internal sealed record DeliveryFit : FitChanges
{
    /// <summary>How many attempts have such a token, before the good ones; null for all.</summary>
    public int? Attempts { get; init; }
}
