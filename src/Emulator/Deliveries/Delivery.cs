using System.Collections.Immutable;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>Something on its way to a remote, and what has become of it so far.</summary>
internal sealed class Delivery(long id, Parcel parcel, long? duplicateOf, DateTimeOffset created)
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Progress _progress = new([], DeliveryOutcome.Waiting, null);

    public long Id => id;

    public Parcel Parcel => parcel;

    /// <summary>Completes when no attempt is left to be made.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Takes down an attempt, and whether it was the last.</summary>
    public void Add(Attempt attempt, bool isLast) => Become(_progress with
    {
        Attempts = _progress.Attempts.Add(attempt),
        Outcome = attempt.Verdict is Attempt.Delivered ? DeliveryOutcome.Delivered
            : isLast ? DeliveryOutcome.Failed
            : DeliveryOutcome.Waiting,
    });

    public void GiveUp(string cause) => Become(_progress with { Outcome = DeliveryOutcome.Failed, Cause = cause });

    public object Shape()
    {
        var now = _progress;
        return new
        {
            id,
            kind = parcel.Kind,
            key = parcel.Key,
            module = parcel.ModuleKey,
            site = parcel.Sender.Site.Id,
            parcel.Sender.Site.InstallationId,
            duplicateOf,
            created,
            outcome = now.Outcome,
            cause = now.Cause,
            attempts = now.Attempts.Select(attempt => new
            {
                attempt.At,
                attempt.Status,
                timeout = attempt.Verdict is Attempt.TimedOut,
                took = (long)attempt.Took.TotalMilliseconds,
                attempt.Verdict,
                attempt.Cause,
            }),
        };
    }

    // Only one attempt at a time is made, so there is only one writer.
    private void Become(Progress progress)
    {
        _progress = progress;
        if (progress.Outcome is not DeliveryOutcome.Waiting)
        {
            _settled.TrySetResult();
        }
    }

    private sealed record Progress(ImmutableList<Attempt> Attempts, DeliveryOutcome Outcome, string? Cause);
}
